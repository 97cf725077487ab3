//! One operation at several paths: what the document gives with and without a prefix, and what existing
//! front ends put one before.

use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, PathItem, Paths};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Another place of a path.
#[derive(Clone, Copy, Debug)]
pub enum Also {
    /// The path behind this prefix.
    Under(&'static str),
    /// The path with its first segment (the first) replaced (by the second).
    Moved(&'static str, &'static str),
}

impl Also {
    fn path(self, path: &str) -> String {
        match self {
            Self::Under(prefix) => format!("{prefix}{path}"),
            Self::Moved(from, to) => {
                path.strip_prefix(from).map_or_else(|| path.to_owned(), |rest| format!("{to}{rest}"))
            }
        }
    }

    /// What stands before the operations' names.
    fn label(self) -> String {
        let (Self::Under(place) | Self::Moved(_, place)) = self;
        place.trim_matches('/').replace('/', "_")
    }
}

/// Adds operations at their own path and at others.
pub trait Aliases {
    /// At their own path and at these. There they have names of their own in the document, and
    /// `x-ward-same-as` says which operation they are: the host decides, limits and counts them as that one.
    #[must_use]
    fn also(self, others: &[Also], routes: UtoipaMethodRouter) -> Self;
}

impl Aliases for OpenApiRouter {
    fn also(self, others: &[Also], (schemas, paths, methods): UtoipaMethodRouter) -> Self {
        let elsewhere = others
            .iter()
            .fold(self, |router, also| router.routes((schemas.clone(), aliased(&paths, *also), methods.clone())));
        elsewhere.routes((schemas, paths, methods))
    }
}

fn aliased(paths: &Paths, also: Also) -> Paths {
    let mut aliased = Paths::new();
    for (path, item) in &paths.paths {
        let mut item = item.clone();
        for operation in operations(&mut item) {
            rename(operation, &also.label());
        }
        aliased.paths.insert(also.path(path), item);
    }
    aliased
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().flatten()
}

fn rename(operation: &mut Operation, label: &str) {
    let Some(id) = operation.operation_id.take() else { return };
    operation.operation_id = Some(format!("{label}_{id}"));
    let same = Extensions::from_iter([("x-ward-same-as", id)]);
    match &mut operation.extensions {
        Some(extensions) => extensions.merge(same),
        none => *none = Some(same),
    }
}

#[cfg(test)]
mod tests {
    use super::{Aliases as _, Also};
    use serde_json::json;
    use utoipa_axum::{router::OpenApiRouter, routes};

    #[utoipa::path(get, path = "/doctors/schedules/{id}", operation_id = "show", responses((status = 200)))]
    async fn show() {}

    #[test]
    fn an_alias_says_which_operation_it_is() {
        let others = [Also::Under("/admin"), Also::Moved("/doctors", "/doctor")];
        let document = OpenApiRouter::new().also(&others, routes!(show)).into_openapi();
        let document = serde_json::to_value(document).expect("plain data");
        let get = |path: &str| document["paths"][path]["get"].clone();
        assert_eq!(get("/doctors/schedules/{id}")["operationId"], json!("show"));
        assert_eq!(get("/doctors/schedules/{id}").get("x-ward-same-as"), None);
        for (path, id) in [("/admin/doctors/schedules/{id}", "admin_show"), ("/doctor/schedules/{id}", "doctor_show")] {
            assert_eq!(get(path)["operationId"], json!(id));
            assert_eq!(get(path)["x-ward-same-as"], json!("show"));
        }
    }
}

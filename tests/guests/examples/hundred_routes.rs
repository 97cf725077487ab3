//! A plugin of ordinary size: a hundred operations, each with a small JSON answer. The benchmarks call them; the
//! last one is recorded.
#![cfg(target_family = "wasm")]

use serde::Serialize;
use ward_sdk::axum::routing::get;
use ward_sdk::prelude::*;
use ward_sdk::utoipa::openapi::extensions::Extensions;
use ward_sdk::utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use ward_sdk::utoipa::openapi::{HttpMethod, Required, ResponseBuilder};

#[derive(Serialize)]
struct Resource {
    kind: usize,
    id: i64,
    name: String,
    tags: [&'static str; 3],
}

fn router() -> OpenApiRouter {
    let mut router = OpenApiRouter::new();
    for kind in 0..100 {
        let path = format!("/resource{kind}/{{id}}");
        let recorded = (kind == 99).then(|| Extensions::from_iter([("x-ward-patient-data", true)]));
        let operation = OperationBuilder::new()
            .extensions(recorded)
            .operation_id(Some(format!("get_resource{kind}")))
            .parameter(id_parameter())
            .response("200", ResponseBuilder::new().description("the resource").build())
            .build();
        router = router.route(&path, get(async move |Path(id): Path<i64>| Json(resource(kind, id))));
        router.get_openapi_mut().paths.add_path_operation(&path, vec![HttpMethod::Get], operation);
    }
    router
}

fn id_parameter() -> Parameter {
    ParameterBuilder::new().name("id").parameter_in(ParameterIn::Path).required(Required::True).build()
}

fn resource(kind: usize, id: i64) -> Resource {
    Resource { kind, id, name: format!("resource {id}"), tags: ["one", "two", "three"] }
}

ward_guests::guest!("hundred-routes", [], router());

//! `ward:plugin/audit`: naming what a request touches.

use wasmtime::Result;
use wasmtime::component::{HasData, Linker};

use crate::audit::{TouchError, Touched};
use bindings::ward::plugin::audit::{self as wit, Error};

mod bindings {
    #![allow(clippy::pedantic, reason = "generated from the WIT files, which document it")]
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "package ward:host; world w { import ward:plugin/audit@0.1.0; }",
        imports: { default: trappable },
    });
}

/// The state of one instance.
#[derive(Default)]
pub struct AuditCtx {
    /// Whether the capability is granted.
    pub granted: bool,
    /// Where names go; none in the background.
    pub touched: Option<Touched>,
}

/// The state, borrowed for one call.
pub struct View<'a> {
    /// The instance's state.
    pub ctx: &'a mut AuditCtx,
}

struct HasAudit;

impl HasData for HasAudit {
    type Data<'a> = View<'a>;
}

/// Links the interface.
///
/// # Errors
/// The linker has it already.
pub fn add_to_linker<T: Send + 'static>(linker: &mut Linker<T>, view: fn(&mut T) -> View<'_>) -> Result<()> {
    wit::add_to_linker::<T, HasAudit>(linker, view)
}

impl wit::Host for View<'_> {
    fn touch(&mut self, kind: String, ids: Vec<String>) -> Result<std::result::Result<(), Error>> {
        if !self.ctx.granted {
            return Ok(Err(Error::Denied("the capability `audit` is not granted to this plugin".into())));
        }
        let Some(touched) = &self.ctx.touched else { return Ok(Ok(())) };
        Ok(touched.add(&kind, &ids).map_err(|error| match error {
            TouchError::TooMany => Error::TooLarge(error.to_string()),
            TouchError::Kind | TouchError::Id => Error::Invalid(error.to_string()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::PATIENT;
    use wit::Host as _;

    fn touch(ctx: &mut AuditCtx, kind: &str, id: &str) -> std::result::Result<(), Error> {
        View { ctx }.touch(kind.to_owned(), vec![id.to_owned()]).expect("no trap")
    }

    #[test]
    fn without_the_grant_nothing_is_named() {
        let touched = Touched::default();
        let mut ctx = AuditCtx { granted: false, touched: Some(touched.clone()) };
        assert!(matches!(touch(&mut ctx, PATIENT, "1"), Err(Error::Denied(_))));
        assert!(touched.take().0.is_empty());
    }

    #[test]
    fn what_is_named_reaches_the_record_and_what_is_no_id_does_not() {
        let touched = Touched::default();
        let mut ctx = AuditCtx { granted: true, touched: Some(touched.clone()) };
        touch(&mut ctx, PATIENT, "1").unwrap();
        assert!(matches!(touch(&mut ctx, PATIENT, "张伟"), Err(Error::Invalid(_))));
        assert_eq!(touched.take().0[PATIENT].iter().collect::<Vec<_>>(), ["1"]);
        let mut background = AuditCtx { granted: true, touched: None };
        touch(&mut background, PATIENT, "1").unwrap();
    }
}

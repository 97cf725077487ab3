//! `ward:plugin/policy`: decisions on single records, for the caller of this request.

use std::sync::Arc;

use wasmtime::Result;
use wasmtime::component::{HasData, Linker};

use crate::audit::Touched;
use crate::identity::Session;
use crate::policy::{self, Policies, Question, RecordError};
use bindings::ward::plugin::policy::{self as wit, Decision, Entity, Error};

mod bindings {
    #![allow(clippy::pedantic, reason = "generated from the WIT files, which document it")]
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "package ward:host; world w { import ward:plugin/policy@0.1.0; }",
        imports: { default: trappable },
    });
}

/// Stack of one decision: ten times what Cedar wants to see before it goes one level deeper.
const STACK_BYTES: usize = 1 << 20;

/// The state of one instance.
#[derive(Default)]
pub struct PolicyCtx {
    /// The mount's policies; nothing where the capability is not granted.
    pub policies: Option<Arc<Policies>>,
    /// Who is asking; nothing for an anonymous caller.
    pub caller: Option<Arc<Session>>,
    /// Where denials are noted that the caller gets past; none in the background.
    pub touched: Option<Touched>,
}

impl PolicyCtx {
    /// The answer, or the one that a caller gets who has broken the glass, if that is noted.
    fn decide(
        &self,
        policies: &Policies,
        question: &Question<'_>,
    ) -> std::result::Result<policy::Decision, RecordError> {
        let Question { action, kind, id, attributes, context } = *question;
        let caller = self.caller.as_deref().map(Session::subject);
        let decision = policies.record(caller, action, kind, id, attributes, context)?;
        let (Some(caller), Some(touched)) = (caller, &self.touched) else { return Ok(decision) };
        if decision.is_allowed() || !touched.breaks() {
            return Ok(decision);
        }
        let broken = policies.record_broken(caller, question)?;
        let gets_past = broken.is_allowed() && touched.override_denial(action, kind, id);
        Ok(if gets_past { broken } else { decision })
    }
}

/// The state, borrowed for one call.
pub struct View<'a> {
    /// The instance's state.
    pub ctx: &'a mut PolicyCtx,
}

struct HasPolicy;

impl HasData for HasPolicy {
    type Data<'a> = View<'a>;
}

/// Links the interface.
///
/// # Errors
/// The linker has it already.
pub fn add_to_linker<T: Send + 'static>(linker: &mut Linker<T>, view: fn(&mut T) -> View<'_>) -> Result<()> {
    wit::add_to_linker::<T, HasPolicy>(linker, view)
}

impl wit::Host for View<'_> {
    fn authorize(
        &mut self,
        action: String,
        resource: Entity,
        context: String,
    ) -> Result<std::result::Result<Decision, Error>> {
        let Some(policies) = &self.ctx.policies else {
            return Ok(Err(Error::Denied("the capability `policy` is not granted to this plugin".into())));
        };
        let question = Question {
            action: &action,
            kind: &resource.kind,
            id: &resource.id,
            attributes: &resource.attributes,
            context: &context,
        };
        let decide = || self.ctx.decide(policies, &question);
        // A host call runs on the guest's fiber, whose stack Cedar cannot measure and so takes for used up.
        let decision = stacker::grow(STACK_BYTES, decide);
        Ok(match decision {
            Ok(policy::Decision::Allow) => Ok(Decision::Allow),
            Ok(policy::Decision::Deny(forbids)) => Ok(Decision::Deny(forbids)),
            Err(error) => Err(Error::Invalid(error.to_string())),
        })
    }
}

#[cfg(test)]
mod tests;

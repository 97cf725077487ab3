//! The interface over the policies, which have their own tests.

use super::wit::Host;
use super::*;

const SCHEMA: &str = "entity Study = { \"open\": Bool };\n\
                      action \"read\" appliesTo { principal: [Account, Anonymous], resource: [Study] };";
const POLICIES: &str = "permit(principal, action == Action::\"read\", resource) when { resource.open };\n\
                        @id(\"not-anonymous\")\nforbid(principal is Anonymous, action == Action::\"read\", resource);";

fn ctx(caller: Option<Session>) -> PolicyCtx {
    let policies = crate::policy::Policies::build("demo", &[], &[], SCHEMA, POLICIES, &[]).unwrap();
    PolicyCtx { policies: Some(Arc::new(policies)), caller: caller.map(Arc::new), touched: None }
}

fn someone() -> Session {
    Session {
        account: 7,
        login: "someone".into(),
        roles: Vec::new(),
        attributes: Vec::new(),
        decisions: crate::policy::DecisionCache::default(),
    }
}

fn ask(ctx: &mut PolicyCtx, attributes: &str) -> std::result::Result<wit::Decision, wit::Error> {
    let entity = wit::Entity { kind: "Study".into(), id: "1".into(), attributes: attributes.into() };
    View { ctx }.authorize("read".into(), entity, "{}".into()).unwrap()
}

#[test]
fn the_caller_of_the_request_is_asked_for() {
    let mut known = ctx(Some(someone()));
    assert!(matches!(ask(&mut known, "{\"open\": true}"), Ok(wit::Decision::Allow)));
    assert!(matches!(ask(&mut known, "{\"open\": false}"), Ok(wit::Decision::Deny(ids)) if ids.is_empty()));
    let answer = ask(&mut ctx(None), "{\"open\": true}");
    assert!(matches!(answer, Ok(wit::Decision::Deny(ids)) if ids == ["not-anonymous"]));
}

#[test]
fn a_question_that_does_not_fit_is_invalid() {
    assert!(matches!(ask(&mut ctx(None), "{}"), Err(wit::Error::Invalid(_))));
}

#[test]
fn what_is_not_granted_is_denied_by_name() {
    let answer = ask(&mut PolicyCtx::default(), "{\"open\": true}");
    assert!(matches!(answer, Err(wit::Error::Denied(what)) if what.contains("`policy`")));
}

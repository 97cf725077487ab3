//! What the policies of a mount promise.

use super::*;

const SCHEMA: &str = r#"
type AccountAttributes = { "centre"?: String, "level"?: Long };
entity Study = { "centre": String, "open": Bool };
action "read" appliesTo { principal: [Account], resource: [Study] };
action "write" appliesTo { principal: [Account, Anonymous], resource: [Study], context: { "reason"?: String } };
"#;

const POLICIES: &str = r#"
permit(principal, action == Action::"health", resource);
permit(principal in Role::"admin", action, resource);
permit(principal in Role::"clerk", action in [Action::"list", Action::"create"], resource);
@id("foreign-centre")
forbid(principal is Account, action == Action::"read", resource is Study)
when { principal.attributes has centre && principal.attributes.centre != resource.centre };
permit(principal in Role::"clerk", action == Action::"read", resource) when { resource.open };
"#;

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const OPERATIONS: [&str; 4] = ["health", "list", "create", "remove"];
const ROLES: [&str; 2] = ["admin", "clerk"];

fn build(policies: &str, site: &[(&str, &str)]) -> Result<Policies, PolicyError> {
    let site: Vec<_> = site.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    Policies::build("demo", &texts(&OPERATIONS), &texts(&ROLES), SCHEMA, policies, &site)
}

fn demo() -> Policies {
    build(POLICIES, &[]).expect("valid")
}

struct Person {
    account: i64,
    roles: Vec<String>,
    attributes: Vec<(String, String)>,
    decisions: DecisionCache,
}

impl Person {
    fn new(account: i64, roles: &[&str], attributes: &[(&str, &str)]) -> Self {
        let attributes = attributes.iter().map(|(name, json)| ((*name).into(), (*json).into())).collect();
        Self { account, roles: texts(roles), attributes, decisions: DecisionCache::default() }
    }

    #[expect(clippy::unnecessary_wraps, reason = "stands where `None` stands for nobody")]
    fn subject(&self) -> Option<Subject<'_>> {
        Some(Subject {
            account: self.account,
            login: "someone",
            roles: &self.roles,
            attributes: &self.attributes,
            decisions: &self.decisions,
        })
    }
}

fn allowed(policies: &Policies, person: &Person, operation: usize) -> bool {
    policies.gateway(person.subject(), operation).is_allowed()
}

fn nobody() -> Option<Subject<'static>> {
    None
}

const STUDY: &str = r#"{"centre": "north", "open": true}"#;

fn read(policies: &Policies, person: &Person, attributes: &str) -> Result<Decision, RecordError> {
    policies.record(person.subject(), "read", "Study", "S1", attributes, "{}")
}

fn findings(result: Result<Policies, PolicyError>) -> String {
    result.expect_err("invalid").to_string()
}

#[test]
fn what_nothing_permits_is_denied() {
    let policies = demo();
    assert_eq!(policies.gateway(nobody(), 1), Decision::Deny(vec![]));
    assert_eq!(policies.gateway(Person::new(1, &[], &[]).subject(), 1), Decision::Deny(vec![]));
    let empty = Policies::build("demo", &texts(&OPERATIONS), &[], "", "", &[]).expect("valid");
    assert!(!allowed(&empty, &Person::new(1, &["admin"], &[]), 0));
}

#[test]
fn a_public_operation_is_open_to_anonymous_and_to_accounts() {
    let policies = demo();
    assert!(policies.gateway(nobody(), 0).is_allowed());
    assert!(allowed(&policies, &Person::new(1, &[], &[]), 0));
}

#[test]
fn an_operation_that_does_not_exist_is_denied() {
    assert!(!demo().gateway(nobody(), 99).is_allowed());
    assert!(!allowed(&demo(), &Person::new(1, &["admin"], &[]), 99));
}

#[test]
fn a_role_permits_its_operations_only() {
    let policies = demo();
    let clerk = Person::new(1, &["clerk"], &[]);
    assert_eq!([0, 1, 2, 3].map(|operation| allowed(&policies, &clerk, operation)), [true, true, true, false]);
    // Once more, from memory.
    assert_eq!([0, 1, 2, 3].map(|operation| allowed(&policies, &clerk, operation)), [true, true, true, false]);
}

#[test]
fn a_role_that_is_not_declared_permits_nothing_and_spoils_nothing() {
    let policies = demo();
    assert!(allowed(&policies, &Person::new(1, &["retired", "clerk"], &[]), 1));
    assert!(!allowed(&policies, &Person::new(2, &["retired"], &[]), 1));
}

#[test]
fn a_site_policy_adds_and_its_forbid_wins_and_is_named() {
    let site = [
        ("site/a.cedar", "permit(principal in Role::\"clerk\", action == Action::\"remove\", resource);"),
        ("site/b.cedar", "\n\nforbid(principal in Role::\"admin\", action == Action::\"create\", resource);"),
    ];
    let policies = build(POLICIES, &site).expect("valid");
    assert!(allowed(&policies, &Person::new(1, &["clerk"], &[]), 3));
    let admin = Person::new(2, &["admin"], &[]);
    for _ in 0..2 {
        let decision = policies.gateway(admin.subject(), 2);
        assert_eq!(decision, Decision::Deny(vec!["site/b.cedar:3".into()]));
    }
}

#[test]
fn decisions_do_not_leak_between_accounts() {
    let policies = demo();
    let (admin, nobody) = (Person::new(1, &["admin"], &[]), Person::new(2, &[], &[]));
    assert!(allowed(&policies, &admin, 3));
    assert!(!allowed(&policies, &nobody, 3));
    assert!(allowed(&policies, &admin, 3));
}

#[test]
fn decisions_do_not_outlive_their_policy_set() {
    let (before, after) = (demo(), build("", &[]).expect("valid"));
    let admin = Person::new(1, &["admin"], &[]);
    assert!(allowed(&before, &admin, 3));
    assert!(!allowed(&after, &admin, 3));
    assert!(allowed(&before, &admin, 3));
}

#[test]
fn a_syntax_error_is_named_with_file_and_line() {
    let found = findings(build(POLICIES, &[("site/bad.cedar", "permit(principal, action, resource);\npermit(")]));
    assert!(found.starts_with("site/bad.cedar:2: "), "{found}");
}

#[test]
fn every_mistake_of_every_file_is_named() {
    let site = [
        ("site/a.cedar", "\npermit(principal, action == Action::\"nowhere\", resource);"),
        ("site/b.cedar", "permit(principal in Role::\"clark\", action, resource);"),
        ("site/c.cedar", "permit(principal is Account, action, resource)\nwhen { principal.age > 3 };"),
    ];
    let found = findings(build(POLICIES, &site));
    let lines: Vec<&str> = found.lines().collect();
    assert!(lines.iter().any(|line| line.starts_with("site/a.cedar:2: ") && line.contains("nowhere")), "{found}");
    assert!(lines.iter().any(|line| line.starts_with("site/b.cedar:1: ") && line.contains("clark")), "{found}");
    assert!(lines.iter().any(|line| line.starts_with("site/c.cedar:2: ") && line.contains("age")), "{found}");
    assert!(!found.contains("for policy"), "{found}");
}

#[test]
fn a_policy_that_can_never_apply_is_refused() {
    let found = findings(build("forbid(principal is Domain, action, resource);", &[]));
    assert!(found.starts_with("demo.cedar (plugin):1: "), "{found}");
}

#[test]
fn a_template_is_refused() {
    let found = findings(build("permit(principal == ?principal, action, resource);", &[]));
    assert!(found.contains("template"), "{found}");
}

#[test]
fn two_policies_of_one_id_are_refused() {
    let text = "@id(\"a\")\npermit(principal, action, resource);\n@id(\"a\")\npermit(principal, action, resource);";
    let found = findings(build(text, &[]));
    assert!(found.contains("`a`"), "{found}");
}

#[test]
fn an_operation_that_exists_twice_is_refused() {
    let error = Policies::build("demo", &texts(&["a", "a"]), &[], "", "", &[]).expect_err("invalid");
    assert_eq!(error, PolicyError::DuplicateOperation("a".into()));
}

#[test]
fn a_schema_that_takes_the_hosts_names_or_is_malformed_is_refused() {
    for schema in ["entity Account;", "action \"list\" appliesTo { principal: [Account], resource: [Domain] };"] {
        let error = Policies::build("demo", &texts(&OPERATIONS), &[], schema, "", &[]).expect_err("invalid");
        assert!(matches!(error, PolicyError::Schema(_)), "{error}");
    }
    let error = Policies::build("demo", &[], &[], "entity Study;\nentity = ;", "", &[]).expect_err("invalid");
    assert!(error.to_string().contains(":2: "), "{error}");
    let error = Policies::build("demo", &[], &[], "type AccountAttributes = Long;", "", &[]).expect_err("invalid");
    assert!(error.to_string().contains("AccountAttributes"), "{error}");
}

#[test]
fn an_operation_id_cannot_break_out_of_its_quotes() {
    let odd = "x\" appliesTo { principal: [Account] }; //";
    let policies = Policies::build("demo", &texts(&[odd]), &texts(&ROLES), "", "", &[]).expect("valid");
    assert!(!allowed(&policies, &Person::new(1, &["admin"], &[]), 0));
}

#[test]
fn records_are_decided_by_their_attributes() {
    let policies = demo();
    let clerk = Person::new(1, &["clerk"], &[("centre", "\"north\"")]);
    assert_eq!(read(&policies, &clerk, STUDY), Ok(Decision::Allow));
    assert_eq!(read(&policies, &clerk, r#"{"centre": "north", "open": false}"#), Ok(Decision::Deny(vec![])));
    let foreign = r#"{"centre": "south", "open": true}"#;
    assert_eq!(read(&policies, &clerk, foreign), Ok(Decision::Deny(vec!["foreign-centre".into()])));
}

#[test]
fn chinese_values_are_values_like_others() {
    let policies = demo();
    let clerk = Person::new(1, &["clerk"], &[("centre", "\"北京协和医院\"")]);
    assert_eq!(read(&policies, &clerk, r#"{"centre": "北京协和医院", "open": true}"#), Ok(Decision::Allow));
    let other = r#"{"centre": "华西医院", "open": true}"#;
    assert_eq!(read(&policies, &clerk, other), Ok(Decision::Deny(vec!["foreign-centre".into()])));
}

#[test]
fn questions_that_do_not_fit_the_schema_are_refused() {
    let policies = demo();
    let admin = Person::new(1, &["admin"], &[]);
    let ask = |action, kind, attributes: &str, context: &str| {
        policies.record(admin.subject(), action, kind, "S1", attributes, context)
    };
    assert_eq!(ask("fly", "Study", STUDY, "{}"), Err(RecordError::UnknownAction));
    assert_eq!(ask("list", "Study", STUDY, "{}"), Err(RecordError::UnknownAction));
    for kind in ["Patient", "Account", "Role", "not a name", ""] {
        assert_eq!(ask("read", kind, STUDY, "{}"), Err(RecordError::UnknownKind), "{kind}");
    }
    for attributes in ["", "[]", "null", "{"] {
        assert_eq!(ask("read", "Study", attributes, "{}"), Err(RecordError::NotAnObject("attributes")));
    }
    for attributes in ["{}", r#"{"centre": 1, "open": true}"#, r#"{"centre": "a", "open": true, "x": 1}"#] {
        assert!(matches!(ask("read", "Study", attributes, "{}"), Err(RecordError::Attributes(_))));
    }
    assert!(matches!(ask("write", "Study", STUDY, r#"{"other": 1}"#), Err(RecordError::Context(_))));
    assert!(matches!(ask("write", "Study", STUDY, r#"{"reason": "复诊"}"#), Ok(Decision::Allow)));
    let anonymous = policies.record(nobody(), "read", "Study", "S1", STUDY, "{}");
    assert!(matches!(anonymous, Err(RecordError::DoesNotApply(_))));
    assert_eq!(policies.record(nobody(), "write", "Study", "S1", STUDY, "{}"), Ok(Decision::Deny(vec![])));
}

#[test]
fn questions_over_their_limits_are_refused() {
    let admin = Person::new(1, &["admin"], &[]);
    let large = format!(r#"{{"centre": "{}", "open": true}}"#, "x".repeat(64 << 10));
    assert_eq!(read(&demo(), &admin, &large), Err(RecordError::TooLarge("attributes")));
    let nested = |levels: usize| format!(r#"{{"centre": {}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    assert_eq!(read(&demo(), &admin, &nested(40)), Err(RecordError::TooLarge("attributes")));
    assert_eq!(read(&demo(), &admin, &nested(20_000)), Err(RecordError::NotAnObject("attributes")));
}

#[test]
fn an_account_that_does_not_fit_the_schema_may_do_nothing() {
    let policies = demo();
    for attributes in [[("level", "\"high\"")], [("unknown", "1")], [("level", "{")], [("level", "null")]] {
        let person = Person::new(1, &["admin"], &attributes);
        assert!(!allowed(&policies, &person, 3), "{attributes:?}");
        assert_eq!(read(&policies, &person, STUDY), Ok(Decision::Deny(vec![])));
    }
}

#[test]
fn the_attribute_at_fault_is_found() {
    let policies = demo();
    let person = Person::new(1, &["admin"], &[("centre", "\"a\""), ("level", "\"high\"")]);
    let unfit = policies.known(&person.subject().expect("some")).expect_err("unfit");
    assert!(format!("{unfit:?}").contains("level"), "{unfit:?}");

    let schema = "type AccountAttributes = { \"centre\": String };";
    let strict = Policies::build("demo", &texts(&OPERATIONS), &texts(&ROLES), schema, "", &[]).expect("valid");
    let unfit = strict.known(&Person::new(1, &[], &[]).subject().expect("some")).expect_err("unfit");
    assert!(format!("{unfit:?}").contains("centre"), "{unfit:?}");
}

#[test]
fn a_forbid_that_cannot_be_evaluated_forbids() {
    let schema = "entity Sum = { \"of\": Long };\naction \"add\" appliesTo { principal: [Account], resource: [Sum] };";
    let text = "permit(principal, action, resource);\n@id(\"overflow\")\n\
                forbid(principal, action == Action::\"add\", resource) when { resource.of + 1 < 0 };";
    let policies = Policies::build("demo", &[], &texts(&ROLES), schema, text, &[]).expect("valid");
    let admin = Person::new(1, &["admin"], &[]);
    let ask = |of: i64| policies.record(admin.subject(), "add", "Sum", "1", &format!("{{\"of\": {of}}}"), "{}");
    assert_eq!(ask(1), Ok(Decision::Allow));
    assert_eq!(ask(i64::MAX), Ok(Decision::Deny(vec!["overflow".into()])));
}

#[test]
fn groups_of_actions_hold_their_actions() {
    let schema = "entity Study;\naction \"any\";\naction \"read\" in [\"any\"] appliesTo { principal: [Account], resource: [Study] };";
    let text = "permit(principal in Role::\"clerk\", action in Action::\"any\", resource);";
    let policies = Policies::build("demo", &texts(&OPERATIONS), &texts(&ROLES), schema, text, &[]).expect("valid");
    let clerk = Person::new(1, &["clerk"], &[]);
    assert_eq!(policies.record(clerk.subject(), "read", "Study", "1", "{}", "{}"), Ok(Decision::Allow));
    assert!(!allowed(&policies, &clerk, 1));
}

#[test]
fn the_table_shows_every_role_and_anonymous() {
    let table = demo().table(&texts(&ROLES));
    let of = |role: &str| table.iter().filter(|row| row.0 == role).map(|row| row.2).collect::<Vec<_>>();
    assert_eq!(table.len(), 12);
    assert_eq!(of("admin"), [true; 4]);
    assert_eq!(of("clerk"), [true, true, true, false]);
    assert_eq!(of("anonymous"), [true, false, false, false]);
}

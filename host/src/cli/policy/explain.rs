//! `ward policy explain`.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use cedar_policy::EntityUid;

use super::{examine, mount};
use crate::assembly::Assembly;
use crate::cli::say;
use crate::clock;
use crate::examine::Examined;
use crate::identity::{Identity, Session};
use crate::policy::{Asked, Explained, Glass, Policies, Question};
use crate::storage::Database;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// A login of the account that asks, as it is shown; `anonymous` for a caller without one.
    #[arg(long = "as", value_name = "USER")]
    user: String,
    /// An operation, or an action on records.
    #[arg(long)]
    action: String,
    /// The record, as `Study::"7"`; of an operation there is none.
    #[arg(long)]
    resource: Option<String>,
    /// What is known of the record: a JSON object in Cedar's form.
    #[arg(long, value_name = "JSON", default_value = "{}")]
    attributes: String,
    /// What is known of the request: another.
    #[arg(long, value_name = "JSON", default_value = "{}")]
    context: String,
    /// The plugin, or the domain it is mounted with, where several have the action.
    #[arg(long)]
    plugin: Option<String>,
}

pub(super) async fn run(arguments: &Arguments, assembly: &Assembly) -> anyhow::Result<()> {
    let examined = find(arguments, assembly).await?;
    let (caller, policies) = (caller(arguments, assembly, &examined.domain).await?, &examined.policies);
    let is_operation = policies.names_action(&arguments.action) == Some(true);
    let resource = arguments.resource.as_deref().map(|text| resource(text, is_operation)).transpose()?.flatten();
    let asked = match &resource {
        None if is_operation => Asked::Operation(&arguments.action),
        None => bail!("`{}` is an action on records: name one with --resource", arguments.action),
        Some((kind, id)) => {
            let Arguments { action, attributes, context, .. } = arguments;
            Asked::Record(Question { action, kind, id, attributes, context })
        }
    };
    say(&answer(policies, caller.as_deref(), &asked)?);
    Ok(())
}

/// The one mount whose policies know the action.
async fn find(arguments: &Arguments, assembly: &Assembly) -> anyhow::Result<Examined> {
    let mounts = match &arguments.plugin {
        Some(plugin) => vec![mount(assembly, plugin)?],
        None => assembly.mounts.iter().collect(),
    };
    let mut found: Vec<Examined> = Vec::new();
    for mount in mounts {
        let examined = examine(assembly, mount).await?;
        if examined.policies.names_action(&arguments.action).is_some() {
            found.push(examined);
        }
    }
    let domains: Vec<&str> = found.iter().map(|examined| examined.domain.as_str()).collect();
    match domains.len() {
        0 => bail!("no plugin has the action `{}`", arguments.action),
        1 => found.pop().context("it was there"),
        _ => bail!("`{}` is an action of {}: name one with --plugin", arguments.action, domains.join(" and ")),
    }
}

/// The account as it stands in the domain.
async fn caller(arguments: &Arguments, assembly: &Assembly, domain: &str) -> anyhow::Result<Option<Arc<Session>>> {
    if arguments.user == "anonymous" {
        return Ok(None);
    }
    let database = Database::open(&assembly.database, &assembly.data).await.context("open the database")?;
    let keys = assembly.data.join("keys");
    let identity =
        Identity::open(database.host().clone(), &keys, clock::system()).await.context("open the accounts")?;
    let mut found = identity.look_up(&arguments.user, domain).await.context("read the accounts")?;
    match found.len() {
        0 => bail!("no account that may sign in to `{domain}` has the login `{}`", arguments.user),
        1 => Ok(found.pop()),
        _ => bail!("several accounts of `{domain}` have the login `{}`", arguments.user),
    }
}

/// Kind and id; nothing for the domain, which is what every operation is about.
fn resource(text: &str, is_operation: bool) -> anyhow::Result<Option<(String, String)>> {
    let uid: EntityUid = text.parse().ok().with_context(|| format!("`{text}` is no record, such as Study::\"7\""))?;
    let kind = uid.type_name().to_string();
    match (kind.as_str(), is_operation) {
        ("Domain", true) => Ok(None),
        (_, true) => bail!("an operation is about the whole domain: leave --resource out"),
        (_, false) => Ok(Some((kind, uid.id().unescaped().to_owned()))),
    }
}

fn answer(policies: &Policies, caller: Option<&Session>, asked: &Asked<'_>) -> anyhow::Result<String> {
    let subject = caller.map(Session::subject);
    let explained = policies.explain(subject, asked, Glass::Whole)?;
    let mut text = render(&explained);
    let may_break = subject.is_some_and(|subject| policies.may_break_glass(subject));
    if let (Asked::Record(_), false, true) = (asked, explained.decision.is_allowed(), may_break) {
        let broken = policies.explain(subject, asked, Glass::Broken)?;
        if broken.decision.is_allowed() {
            text.push_str("with a reason in the header X-Ward-Break-Glass: ");
            text.push_str(&render(&broken));
        }
    }
    Ok(text)
}

/// The decision, and a line for each policy: its name, what it does, where it stands, its annotations.
fn render(explained: &Explained) -> String {
    let mut text = match (explained.decision.is_allowed(), explained.policies.is_empty()) {
        (true, _) => "allowed, permitted by\n".to_owned(),
        (false, false) => "denied, forbidden by\n".to_owned(),
        (false, true) => "denied: no policy permits it\n".to_owned(),
    };
    for policy in &explained.policies {
        let does = if policy.forbids { "forbid" } else { "permit" };
        // Writing into a string cannot fail.
        let _ = write!(text, "  {}  {does}  {}:{}", policy.id, policy.file, policy.line);
        for (name, value) in &policy.annotations {
            let value = if value.is_empty() { String::new() } else { format!("({value:?})") };
            let _ = write!(text, "  @{name}{value}");
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::DecisionCache;
    use crate::policy::Subject;

    const SCHEMA: &str =
        r#"entity Study = { "centre": Long }; action "view" appliesTo { principal: [Account], resource: [Study] };"#;
    const POLICIES: &str = r#"@id("listing")
permit (principal in Role::"clerk", action == Action::"list", resource);
@id("own")
permit (principal, action == Action::"view", resource) when { resource.centre == 1 };
@id("emergency") @break_glass @why("lives are saved")
permit (principal, action == Action::"view", resource);
permit (principal in Role::"clerk", action == Action::"ward:break-glass", resource);
"#;

    fn explain(roles: &[&str], asked: &Asked<'_>) -> String {
        let operations = ["list".to_owned(), "remove".to_owned()];
        let site =
            [("site/no.cedar".to_owned(), "forbid (principal, action == Action::\"remove\", resource);".to_owned())];
        let policies = Policies::build("demo", &operations, &["clerk".to_owned()], SCHEMA, POLICIES, &site).unwrap();
        let roles: Vec<String> = roles.iter().map(|&role| role.to_owned()).collect();
        let decisions = DecisionCache::default();
        let subject = Subject { account: 1, login: "x", roles: &roles, attributes: &[], decisions: &decisions };
        let explained = policies.explain(Some(subject), asked, Glass::Whole).unwrap();
        let mut text = render(&explained);
        if let Asked::Record(_) = asked
            && policies.may_break_glass(subject)
        {
            text.push_str(&render(&policies.explain(Some(subject), asked, Glass::Broken).unwrap()));
        }
        text
    }

    fn view(attributes: &str) -> Asked<'_> {
        Asked::Record(Question { action: "view", kind: "Study", id: "7", attributes, context: "{}" })
    }

    #[test]
    fn a_decision_names_the_policies_that_made_it_with_file_and_line() {
        let list = Asked::Operation("list");
        assert_eq!(explain(&["clerk"], &list), "allowed, permitted by\n  listing  permit  demo.cedar (plugin):1\n");
        assert_eq!(explain(&[], &list), "denied: no policy permits it\n");
        let removed = explain(&["clerk"], &Asked::Operation("remove"));
        assert_eq!(removed, "denied, forbidden by\n  site/no.cedar:1  forbid  site/no.cedar:1\n");
    }

    #[test]
    fn a_denial_that_a_reason_gets_past_says_by_which_policy() {
        let own = explain(&[], &view("{\"centre\": 1}"));
        assert_eq!(own, "allowed, permitted by\n  own  permit  demo.cedar (plugin):3\n");
        let other = explain(&["clerk"], &view("{\"centre\": 2}"));
        let emergency = "  emergency  permit  demo.cedar (plugin):5  @break_glass  @why(\"lives are saved\")\n";
        assert_eq!(other, format!("denied: no policy permits it\nallowed, permitted by\n{emergency}"));
        assert_eq!(explain(&[], &view("{\"centre\": 2}")), "denied: no policy permits it\n");
    }

    #[test]
    fn records_are_written_as_cedar_writes_them() {
        assert_eq!(resource("Study::\"7\"", false).unwrap(), Some(("Study".to_owned(), "7".to_owned())));
        assert_eq!(resource("Domain::\"pacs\"", true).unwrap(), None);
        for (text, is_operation) in [("Study", false), ("Study:7", false), ("Study::\"7\"", true)] {
            assert!(resource(text, is_operation).is_err(), "{text}");
        }
    }
}

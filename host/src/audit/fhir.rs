//! Records as FHIR R4 `AuditEvent` resources, in the shapes of IHE's Basic Audit Log Patterns (BALP).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::mark::Action;
use super::query::Numbered;
use super::record::Record;
use super::touched::PATIENT;

/// The media type.
pub const MEDIA_TYPE: &str = "application/fhir+json";

const BALP: &str = "https://profiles.ihe.net/ITI/BALP";
const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ENTITY_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

/// The records as a `Bundle`; `next` is where the next page is.
#[must_use]
pub fn bundle(records: &[Numbered], next: Option<&str>) -> Value {
    let entry = |one: &Numbered| json!({ "fullUrl": format!("urn:ward:audit:{}", one.number), "resource": event(one) });
    let entries: Vec<Value> = records.iter().map(entry).collect();
    let mut bundle = json!({ "resourceType": "Bundle", "type": "collection" });
    // FHIR has no empty lists.
    if !entries.is_empty() {
        bundle["entry"] = entries.into();
    }
    if let Some(next) = next {
        bundle["link"] = json!([{ "relation": "next", "url": next }]);
    }
    bundle
}

/// One record.
#[must_use]
pub fn event(of: &Numbered) -> Value {
    let record = &of.record;
    let patients = record.touched.get(PATIENT).map_or(0, std::collections::BTreeSet::len);
    let mut event = json!({
        "resourceType": "AuditEvent",
        "id": of.number.to_string(),
        "type": coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "RESTful Operation"),
        "subtype": [subtype(record.action)],
        "action": action(record.action),
        "recorded": instant(record.time),
        "outcome": outcome(record.status),
        "outcomeDesc": format!("HTTP status {}", record.status),
        "agent": agents(record),
        "source": {
            "observer": { "display": record.node },
            "type": [coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server")],
        },
        "entity": entities(record),
    });
    // The patterns are of what succeeded.
    if record.status < 400 {
        event["meta"] = json!({ "profile": [profile(record.action, patients)] });
    }
    let purposes = purposes(record);
    if !purposes.is_empty() {
        event["purposeOfEvent"] = purposes.into();
    }
    event
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

/// The pattern that it fits. Only a query is about several patients.
fn profile(action: Action, patients: usize) -> String {
    let name = match action {
        Action::Read => "Read",
        Action::Query => "Query",
        Action::Create => "Create",
        Action::Update => "Update",
        Action::Delete => "Delete",
    };
    let about = if patients == 1 || (patients > 1 && action == Action::Query) { "Patient" } else { "" };
    format!("{BALP}/StructureDefinition/IHE.BasicAudit.{about}{name}")
}

fn subtype(action: Action) -> Value {
    let code = match action {
        Action::Read => "read",
        Action::Query => "search",
        Action::Create => "create",
        Action::Update => "update",
        Action::Delete => "delete",
    };
    coding("http://hl7.org/fhir/restful-interaction", code, code)
}

fn action(action: Action) -> &'static str {
    match action {
        Action::Read => "R",
        Action::Query => "E",
        Action::Create => "C",
        Action::Update => "U",
        Action::Delete => "D",
    }
}

fn outcome(status: u16) -> &'static str {
    match status {
        ..400 => "0",
        400..500 => "4",
        _ => "8",
    }
}

fn instant(millis: i64) -> String {
    let time = DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH);
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The purpose that was given, and that a glass was broken.
fn purposes(record: &Record) -> Vec<Value> {
    let mut codes: Vec<&str> = record.purpose.iter().map(String::as_str).collect();
    if record.break_glass.is_some() && !codes.contains(&"BTG") {
        codes.push("BTG");
    }
    codes.into_iter().map(|code| json!({ "coding": [{ "system": REASON, "code": code }] })).collect()
}

/// Client, server, and the user where there is one. Where data are read, the client is their destination.
fn agents(record: &Record) -> Vec<Value> {
    let source = coding(DCM, "110153", "Source Role ID");
    let destination = coding(DCM, "110152", "Destination Role ID");
    let reads = record.action == Action::Read;
    let (client, server) = if reads { (destination, source) } else { (source, destination) };
    let mut agents = vec![
        json!({
            "type": { "coding": [client] },
            "who": { "display": record.address },
            "requestor": false,
            "network": { "address": record.address, "type": "2" },
        }),
        json!({
            "type": { "coding": [server] },
            "who": { "display": record.node },
            "requestor": false,
            "network": { "address": record.node, "type": "1" },
        }),
    ];
    if let Some(account) = record.account {
        let code =
            coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "information recipient");
        let mut user = json!({
            "type": { "coding": [code] },
            "who": { "identifier": { "system": "urn:ward:account", "value": account.to_string() } },
            "requestor": true,
        });
        if !record.roles.is_empty() {
            let system = format!("urn:ward:{}:role", record.domain);
            let role = |role: &String| json!({ "coding": [{ "system": system, "code": role }] });
            user["role"] = record.roles.iter().map(role).collect();
        }
        agents.push(user);
    }
    agents
}

/// The request, what it was for, and whom it was about.
fn entities(record: &Record) -> Vec<Value> {
    let request = json!({ "system": format!("{BALP}/CodeSystem/BasicAuditEntityType"), "code": "XrequestId" });
    let mut entities =
        vec![json!({ "what": { "identifier": { "value": record.request } }, "type": request }), data(record)];
    for (kind, ids) in &record.touched {
        let (code, role) = if kind == PATIENT {
            (coding(ENTITY_TYPE, "1", "Person"), Some(coding(ENTITY_ROLE, "1", "Patient")))
        } else {
            (coding(ENTITY_TYPE, "4", "Other"), None)
        };
        for id in ids {
            let mut what = identifier(&record.domain, kind, id);
            if kind == PATIENT {
                what["type"] = "Patient".into();
            }
            let mut entity = json!({ "what": what, "type": code });
            if let Some(role) = &role {
                entity["role"] = role.clone();
            }
            entities.push(entity);
        }
    }
    entities
}

fn identifier(domain: &str, kind: &str, id: &str) -> Value {
    json!({ "identifier": { "system": format!("urn:ward:{domain}:{kind}"), "value": id } })
}

/// What the path names, or what was searched with: of a search the names alone were recorded.
fn data(record: &Record) -> Value {
    let kind = coding(ENTITY_TYPE, "2", "System Object");
    let named = record.parameters.iter().rev().find_map(|(name, value)| Some((name, value.as_ref()?)));
    let mut entity = match named {
        Some((name, value)) => json!({ "what": identifier(&record.domain, name, value), "type": kind }),
        None => json!({ "what": identifier(&record.domain, "operation", &record.operation), "type": kind }),
    };
    entity["name"] = record.operation.clone().into();
    if record.action == Action::Query {
        let searched = format!("{}?{}", record.operation, record.query.join("&"));
        entity["role"] = coding(ENTITY_ROLE, "24", "Query");
        entity["query"] = STANDARD.encode(searched).into();
        // FHIR: an entity has a name or a query.
        entity.as_object_mut().map(|entity| entity.remove("name"));
    } else {
        entity["role"] = coding(ENTITY_ROLE, "4", "Domain Resource");
    }
    if let Some(broken) = &record.break_glass {
        let said = |name: &str, value: String| json!({ "type": name, "valueString": value });
        let mut detail = vec![said("break-glass-reason", broken.reason.clone())];
        let overridden = |(action, kind, id): &(String, String, String)| {
            said("break-glass-overridden", format!("{action} {kind}::{id}"))
        };
        detail.extend(broken.overridden.iter().map(overridden));
        entity["detail"] = detail.into();
    }
    entity
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::record;

    fn of(record: Record) -> Value {
        event(&Numbered { number: 9, hash: String::new(), record })
    }

    /// The entities of a type.
    fn entities_of(event: &Value, code: &str) -> Vec<Value> {
        let all = event["entity"].as_array().unwrap().iter();
        all.filter(|entity| entity["type"]["code"] == code).cloned().collect()
    }

    #[test]
    fn a_read_has_the_shape_of_patient_read() {
        let mut record = record(7);
        record.purpose = Some("TREAT".to_owned());
        let event = of(record);
        assert_eq!(event["meta"]["profile"][0], format!("{BALP}/StructureDefinition/IHE.BasicAudit.PatientRead"));
        assert_eq!((&event["type"]["code"], &event["subtype"][0]["code"]), (&json!("rest"), &json!("read")));
        assert_eq!((&event["action"], &event["outcome"]), (&json!("R"), &json!("0")));
        assert_eq!(event["recorded"], "2027-01-15T08:00:00.007Z");
        assert_eq!(event["purposeOfEvent"][0]["coding"][0]["code"], "TREAT");
        let roles: Vec<&Value> =
            event["agent"].as_array().unwrap().iter().map(|agent| &agent["type"]["coding"][0]["code"]).collect();
        assert_eq!(roles, ["110152", "110153", "IRCP"]);
        assert_eq!(event["agent"][2]["who"]["identifier"]["value"], "7");
        assert_eq!(event["agent"][2]["role"][0]["coding"][0]["code"], "doctor");
        assert_eq!(event["source"]["observer"]["display"], "one");
        let patients = entities_of(&event, "1");
        assert_eq!(patients.len(), 1);
        assert_eq!(patients[0]["what"]["identifier"], json!({ "system": "urn:ward:clinic:patient", "value": "7" }));
        assert_eq!(patients[0]["role"]["code"], "1");
        assert_eq!(entities_of(&event, "XrequestId")[0]["what"]["identifier"]["value"], "r-7");
        let data = entities_of(&event, "2");
        assert_eq!((data.len(), &data[0]["role"]["code"]), (1, &json!("4")));
    }

    #[test]
    fn a_query_names_all_its_patients_and_what_was_searched_by() {
        let mut record = record(7);
        record.action = Action::Query;
        record.parameters.clear();
        record.query = vec!["name".to_owned(), "page".to_owned()];
        record.touched.insert(PATIENT.to_owned(), (1..=3).map(|id| id.to_string()).collect());
        let event = of(record);
        assert_eq!(event["meta"]["profile"][0], format!("{BALP}/StructureDefinition/IHE.BasicAudit.PatientQuery"));
        assert_eq!(event["action"], "E");
        assert_eq!(event["agent"][0]["type"]["coding"][0]["code"], "110153");
        assert_eq!(entities_of(&event, "1").len(), 3);
        let query = &entities_of(&event, "2")[0];
        assert_eq!(query["role"]["code"], "24");
        assert_eq!(STANDARD.decode(query["query"].as_str().unwrap()).unwrap(), b"show?name&page");
        assert!(query.get("name").is_none());
    }

    #[test]
    fn changes_have_their_own_shapes() {
        for (action, code, name) in
            [(Action::Create, "C", "Create"), (Action::Update, "U", "Update"), (Action::Delete, "D", "Delete")]
        {
            let event = of(Record { action, ..record(7) });
            assert_eq!(event["action"], code);
            let profile = format!("{BALP}/StructureDefinition/IHE.BasicAudit.Patient{name}");
            assert_eq!(event["meta"]["profile"][0], profile);
            let basic = of(Record { action, touched: super::super::Ids::new(), ..record(7) });
            assert_eq!(basic["meta"]["profile"][0], profile.replace("Patient", ""));
        }
    }

    #[test]
    fn what_failed_claims_no_pattern_and_anonymous_callers_are_no_agents() {
        let event = of(Record { status: 401, account: None, ..record(7) });
        assert_eq!((event.get("meta"), &event["outcome"]), (None, &json!("4")));
        assert_eq!(event["agent"].as_array().unwrap().len(), 2);
        assert_eq!(of(Record { status: 503, ..record(7) })["outcome"], "8");
    }

    #[test]
    fn a_broken_glass_is_a_purpose_with_its_reason() {
        let broken = super::super::BrokenGlass {
            reason: "昏迷，无法联系".to_owned(),
            overridden: vec![("view".to_owned(), "Study".to_owned(), "4".to_owned())],
        };
        let event = of(Record { break_glass: Some(broken), ..record(7) });
        assert_eq!(event["purposeOfEvent"][0]["coding"][0]["code"], "BTG");
        let detail = &entities_of(&event, "2")[0]["detail"];
        assert_eq!(detail[0], json!({ "type": "break-glass-reason", "valueString": "昏迷，无法联系" }));
        assert_eq!(detail[1]["valueString"], "view Study::4");
    }

    #[test]
    fn a_bundle_without_records_has_no_entry() {
        assert_eq!(bundle(&[], None), json!({ "resourceType": "Bundle", "type": "collection" }));
        let full = bundle(&[Numbered { number: 9, hash: String::new(), record: record(7) }], Some("http://x/next"));
        assert_eq!(full["entry"][0]["resource"]["id"], "9");
        assert_eq!(full["link"][0]["url"], "http://x/next");
    }
}

//! Who touched whose data is recorded before it is answered.

use futures_util::future::join_all;
use serde_json::{Value, json};
use ward::audit::Verifier;
use ward_tests::{Answer, Api, PASSWORD, Upload, Ward};

/// The host's own operations, signed in as the administrator.
pub async fn auditor(ward: &Ward) -> Api {
    sign_in(&ward.at("/_ward")).await
}

pub async fn sign_in(api: &Api) -> Api {
    let answer = api.post("/tokens", &json!({ "username": "admin", "password": PASSWORD })).await.expect(200);
    api.with_token(answer.json()["access_token"].as_str().unwrap())
}

/// The records that fit, the newest first.
pub async fn records(auditor: &Api, query: &str) -> Vec<Value> {
    let answer = auditor.get(&format!("/audit?limit=1000&{query}")).await.expect(200);
    answer.json()["records"].as_array().unwrap().clone()
}

/// The chain, read by whoever owns the database.
pub async fn whole(ward: &Ward) -> i64 {
    let app = ward.app();
    let verified = Verifier::new(app.database.host(), &app.identity).run().await.unwrap();
    assert_eq!(verified.faults, []);
    verified.records
}

fn ids(record: &Value, kind: &str) -> Vec<String> {
    let ids = record["touched"][kind].as_array().cloned().unwrap_or_default();
    ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

async fn get_with(api: &Api, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = api.request(http::Method::GET, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    api.send(request).await
}

#[tokio::test]
async fn a_record_says_who_did_what_to_whom_when_and_why_and_nothing_of_its_content() {
    let ward = Ward::start().await;
    let (admin, auditor) = (ward.admin().await, auditor(&ward).await);
    let technician = admin.technician().await;
    let study = technician.upload(Upload::new().field("patient_name", "张伟")).await.expect(200).id();
    let headers = [("x-ward-purpose", "TREAT"), ("x-request-id", "look-1")];
    get_with(&technician, &format!("/studies/{study}?search=张伟"), &headers).await.expect(200);

    let found = records(&auditor, "operation=get_study").await;
    let [record] = &found[..] else { panic!("{found:?}") };
    assert_eq!(record["account"], technician.id);
    assert_eq!(record["roles"], json!(["technician"]));
    assert_eq!((&record["domain"], &record["action"]), (&json!("pacs"), &json!("read")));
    assert_eq!((&record["status"], &record["purpose"]), (&json!(200), &json!("TREAT")));
    assert_eq!((&record["request"], &record["address"]), (&json!("look-1"), &json!("127.0.0.1")));
    assert_eq!(record["parameters"], json!({ "study_id": study.to_string() }));
    assert_eq!(record["query"], json!(["search"]));
    assert_eq!(ids(record, "patient"), [format!("study:{study}")]);
    technician.get(&format!("/studies/{study}/instance/0")).await.expect(200);
    let downloaded = records(&auditor, "operation=get_instance").await;
    assert_eq!(ids(&downloaded[0], "patient"), ids(record, "patient"));
    assert!(!record["node"].as_str().unwrap().is_empty());
    chrono::DateTime::parse_from_rfc3339(record["time"].as_str().unwrap()).unwrap();
    let uploaded = records(&auditor, "operation=upload_study").await;
    assert_eq!((&uploaded[0]["action"], ids(&uploaded[0], "patient")), (&json!("create"), ids(record, "patient")));
    assert!(!json!([record, uploaded]).to_string().contains("张伟"));
    whole(&ward).await;
}

#[tokio::test]
async fn a_list_names_everyone_whom_it_shows_and_nobody_else() {
    let ward = Ward::start().await;
    let (admin, auditor) = (ward.admin().await, auditor(&ward).await);
    let (north, south) = (admin.technician().await, admin.technician().await);
    let mut of_north = Vec::new();
    for _ in 0..3 {
        of_north.push(format!("study:{}", north.upload(Upload::new()).await.expect(200).id()));
    }
    south.upload(Upload::new()).await.expect(200);
    north.get("/studies").await.expect(200);
    let listed = records(&auditor, &format!("operation=list_studies&account={}", north.id)).await;
    assert_eq!((&listed[0]["action"], ids(&listed[0], "patient")), (&json!("query"), of_north.clone()));
    // Each of them finds it.
    let found = records(&auditor, &format!("operation=list_studies&patient={}", of_north[1])).await;
    assert_eq!(found, listed);
}

#[tokio::test]
async fn what_is_denied_is_recorded_with_whom_it_would_have_been_about() {
    let ward = Ward::start().await;
    let (admin, auditor) = (ward.admin().await, auditor(&ward).await);
    let (north, south) = (admin.technician().await, admin.technician().await);
    let study = north.upload(Upload::new()).await.expect(200).id();
    ward.anonymous().get(&format!("/studies/{study}")).await.expect(401);
    ward.anonymous().with_token("forged").get(&format!("/studies/{study}")).await.expect(401);
    north.post("/reports", &json!({})).await.expect(403);
    south.get(&format!("/studies/{study}")).await.expect(404);

    let denied = records(&auditor, "outcome=denied").await;
    let told: Vec<_> = denied.iter().map(|record| (record["operation"].as_str().unwrap(), &record["status"])).collect();
    assert_eq!(told, [("create_report", &json!(403)), ("get_study", &json!(401)), ("get_study", &json!(401))]);
    assert_eq!((&denied[0]["account"], &denied[1]["account"]), (&json!(north.id), &Value::Null));
    assert_eq!(denied[1]["parameters"]["study_id"], study.to_string());
    let unseen = records(&auditor, &format!("outcome=failure&account={}", south.id)).await;
    assert_eq!((&unseen[0]["status"], ids(&unseen[0], "patient")), (&json!(404), vec![format!("study:{study}")]));
}

#[tokio::test]
async fn what_touches_no_patient_data_is_not_recorded() {
    let ward = Ward::start().await;
    let (admin, auditor) = (ward.admin().await, auditor(&ward).await);
    admin.get("/users").await.expect(200);
    admin.get("/centres").await.expect(200);
    ward.anonymous().get("/users").await.expect(401);
    assert_eq!(records(&auditor, "domain=pacs").await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_purpose_that_is_none_is_refused_in_the_apis_words_and_recorded() {
    let ward = Ward::start().await;
    let (admin, auditor) = (ward.admin().await, auditor(&ward).await);
    for wrong in ["curiosity", "", "treat"] {
        let answer = get_with(&admin, "/studies", &[("x-ward-purpose", wrong)]).await.expect(400);
        assert!(answer.detail().contains("PurposeOfUse"), "{}", answer.detail());
    }
    let found = records(&auditor, "operation=list_studies").await;
    assert!(found.iter().all(|record| record["status"] == 400 && record["purpose"].is_null()));
    assert_eq!(found.len(), 3);
}

#[tokio::test]
async fn what_a_client_puts_into_a_path_is_recorded_only_if_it_can_be_an_id() {
    let ward = Ward::start().await;
    let (admin, auditor) = (ward.admin().await, auditor(&ward).await);
    for path in ["/studies/张伟", "/studies/Zhang%20Wei", "/studies/%3Cb%3E"] {
        assert!(admin.get(path).await.status >= 400, "{path}");
    }
    let found = records(&auditor, "operation=get_study").await;
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|record| record["parameters"] == json!({ "study_id": null })), "{found:?}");
}

#[tokio::test]
async fn the_query_filters_and_pages() {
    let ward = Ward::start().await;
    let (admin, auditor) = (ward.admin().await, auditor(&ward).await);
    for _ in 0..5 {
        admin.get("/studies").await.expect(200);
    }
    let all = records(&auditor, "domain=pacs").await;
    assert_eq!(all.len(), 5);
    let mut paged = Vec::new();
    let mut before = String::new();
    loop {
        let page = auditor.get(&format!("/audit?domain=pacs&limit=2{before}")).await.expect(200).json();
        paged.extend(page["records"].as_array().unwrap().clone());
        match page["next"].as_i64() {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    let middle = all[2]["time"].as_str().unwrap().replace('+', "%2B");
    let (since, until) = (format!("domain=pacs&from={middle}"), format!("domain=pacs&until={middle}"));
    assert_eq!(records(&auditor, &since).await.len() + records(&auditor, &until).await.len(), 5);
    assert_eq!(records(&auditor, "domain=pacs&outcome=denied").await.len(), 0);
    assert_eq!(records(&auditor, "domain=pacs&break_glass=false").await.len(), 5);
    for wrong in ["account=x", "limit=1001", "outcome=no", "from=today", "sort=time", "limit=1&limit=2"] {
        auditor.get(&format!("/audit?{wrong}")).await.expect(400);
    }
}

#[tokio::test]
async fn only_administrators_of_the_host_see_the_records_and_that_they_do_is_recorded() {
    let ward = Ward::start().await;
    let (admin, auditor) = (ward.admin().await, auditor(&ward).await);
    let technician = admin.technician().await;
    for path in ["/audit", "/audit/bundle"] {
        ward.at("/_ward").get(path).await.expect(401);
        ward.at("/_ward").with_token(technician.token()).get(path).await.expect(403);
    }
    auditor.get("/audit?patient=study:7").await.expect(200);
    let looked = records(&auditor, "domain=host").await;
    assert_eq!(
        (&looked[0]["operation"], ids(&looked[0], "patient")),
        (&json!("list_audit"), vec!["study:7".to_owned()])
    );
    assert_eq!(looked.iter().filter(|record| record["status"] == 401).count(), 2);
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_answered() {
    let ward = Ward::start().await;
    let admin = ward.admin().await;
    let technician = admin.technician().await;
    let study = technician.upload(Upload::new().field("patient_name", "Somebody")).await.expect(200).id();
    let host = ward.app().database.host();
    host.execute("ALTER TABLE audit_record RENAME TO put_away", &[]).await.unwrap();
    for path in [format!("/studies/{study}"), "/studies".to_owned(), format!("/studies/{study}/instance/0")] {
        let answer = technician.get(&path).await.expect(503);
        assert!(!answer.text().contains("Somebody"));
        assert!(answer.headers.contains_key("retry-after"));
    }
    // The rest goes on.
    technician.get("/centres").await.expect(200);
    host.execute("ALTER TABLE put_away RENAME TO audit_record", &[]).await.unwrap();
    technician.get(&format!("/studies/{study}")).await.expect(200);
    assert_eq!(whole(&ward).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_requests_at_once_are_one_whole_chain() {
    let ward = Ward::start().await;
    let (admin, auditor) = (ward.admin().await, auditor(&ward).await);
    let clients = (0..16).map(async |client| {
        for number in 0..12 {
            let id = format!("r-{client}-{number}");
            get_with(&admin, "/studies", &[("x-request-id", &id)]).await.expect(200);
        }
    });
    join_all(clients).await;
    let found = records(&auditor, "domain=pacs").await;
    let mut requests: Vec<&str> = found.iter().map(|record| record["request"].as_str().unwrap()).collect();
    requests.sort_unstable();
    requests.dedup();
    assert_eq!(requests.len(), 192);
    assert!(whole(&ward).await >= 192);
}

#[tokio::test]
async fn nodes_that_share_a_database_share_one_chain() {
    let one = Ward::builder().configure(|assembly| assembly.node = "one".to_owned()).start().await;
    if !one.database().is_postgres() {
        return;
    }
    let two = Ward::builder().beside(&one).configure(|assembly| assembly.node = "two".to_owned()).start().await;
    let (first, second) = (one.admin().await, two.admin().await);
    let asked = (0..30).map(async |_| {
        first.get("/studies").await.expect(200);
        second.get("/studies").await.expect(200);
    });
    join_all(asked).await;
    assert_eq!(whole(&one).await, 60);
    let found = records(&auditor(&two).await, "domain=pacs").await;
    assert_eq!(found.iter().filter(|record| record["node"] == "one").count(), 30);
}

#[tokio::test]
async fn records_are_exported_as_fhir_audit_events() {
    let ward = Ward::start().await;
    let (admin, auditor) = (ward.admin().await, auditor(&ward).await);
    let technician = admin.technician().await;
    let study = technician.upload(Upload::new()).await.expect(200).id();
    technician.get(&format!("/studies/{study}")).await.expect(200);
    technician.get("/studies").await.expect(200);
    let answer = auditor.get("/audit/bundle?domain=pacs&limit=2").await.expect(200);
    assert_eq!(answer.headers["content-type"], "application/fhir+json");
    let bundle = answer.json();
    assert_eq!((&bundle["resourceType"], bundle["entry"].as_array().unwrap().len()), (&json!("Bundle"), 2));
    let profile = |event: &Value| event["meta"]["profile"][0].as_str().unwrap().rsplit('.').next().unwrap().to_owned();
    let events: Vec<&Value> = bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]).collect();
    assert_eq!(events.iter().map(|event| profile(event)).collect::<Vec<_>>(), ["PatientQuery", "PatientRead"]);
    for event in events {
        let patient = event["entity"].as_array().unwrap().iter().find(|entity| entity["type"]["code"] == "1").unwrap();
        assert_eq!(patient["what"]["identifier"]["value"], format!("study:{study}"));
    }
    let next = bundle["link"][0]["url"].as_str().unwrap();
    let rest = auditor.get(next.strip_prefix("/_ward").unwrap()).await.expect(200).json();
    assert_eq!(profile(&rest["entry"][0]["resource"]), "PatientCreate");
    assert_eq!(rest.get("link"), None);
}

#[tokio::test]
async fn a_domain_with_patients_of_its_own_names_them() {
    let ward = Ward::start().await;
    let (api, auditor) = (ward.at("/registration"), auditor(&ward).await);
    let registered = json!({ "phonenumber": "13800000000", "password": "123456", "name": "李四" });
    api.post("/auth/register", &registered).await.expect(200);
    let body = json!({ "phonenumber": "13800000000", "password": "123456" });
    let token = api.post("/auth/patient/login", &body).await.expect(200).json()["message"].clone();
    let patient = api.with_token(token.as_str().unwrap());
    let own = patient.get("/patient/patients").await.expect(200).json();
    let id = own["message"]["patients"][0]["relation_id"].to_string().trim_matches('"').to_owned();
    let found = records(&auditor, "operation=list_persons").await;
    assert_eq!(ids(&found[0], "patient"), [id]);
    // By the path, before anybody has looked whether there is such a patient.
    api.get("/doctor/patient/4711").await.expect(401);
    let denied = records(&auditor, "operation=get_patient&patient=4711").await;
    assert_eq!((denied.len(), &denied[0]["status"]), (1, &json!(401)));
    assert!(!json!([found, denied]).to_string().contains("李四"));
}

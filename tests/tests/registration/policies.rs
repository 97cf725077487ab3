//! Who may call what, and what anybody may.

use std::collections::BTreeSet;

use http::Method;
use serde_json::Value;
use ward_tests::Ward;
use ward_tests::policy_table::policy_table;

#[tokio::test]
async fn the_table_of_roles_and_operations_is_the_checked_in_one() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let patient = ward.registration().patient().await;
    let doctor = admin.doctor(admin.department().await).await;
    let callers =
        [("anonymous", None), ("admin", Some(&admin)), ("doctor", Some(&*doctor)), ("patient", Some(&*patient))];
    insta::assert_snapshot!("roles_and_operations", policy_table(&ward, "/registration", &callers).await);
}

/// What anybody may call: signing in, files by their address, the public reads of part 六.
const EXEMPT: [&str; 18] = [
    "GET /clinics",
    "GET /clinics/{clinic_id}/schedules",
    "GET /departments/{dept_id}/schedules",
    "GET /doctors",
    "GET /doctors/{doctor_id}",
    "GET /doctors/{doctor_id}/photo",
    "GET /doctors/{doctor_id}/schedules",
    "GET /hospitals",
    "GET /hospitals/schedules",
    "GET /major-departments",
    "GET /minor-departments",
    "GET /static/{*path}",
    "POST /auth/login",
    "POST /auth/patient/login",
    "POST /auth/register",
    "POST /auth/register-admin",
    "POST /auth/staff/login",
    "POST /auth/swagger-login",
];

#[tokio::test]
async fn no_operation_but_the_exempt_ones_answers_without_a_token() {
    let ward = Ward::start().await;
    let api = ward.registration();
    let document = api.get("/openapi.json").await.expect(200).json();
    let (mut tried, mut exempt) = (0, BTreeSet::new());
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            let name = own_place(&document, operation).unwrap_or_else(|| format!("{method} {path}"));
            let answer = api.send(api.request(method, &filled(path))).await;
            if answer.status == 401 && answer.json()["code"] == 105 {
                tried += 1;
            } else {
                answer.json();
                exempt.insert(name);
            }
        }
    }
    assert!(tried >= 20, "only {tried} operations were tried");
    assert_eq!(exempt.iter().map(String::as_str).collect::<Vec<_>>(), EXEMPT);
}

/// Where an operation stands of which this one is another path.
fn own_place(document: &Value, operation: &Value) -> Option<String> {
    let same = operation.get("x-ward-same-as")?;
    for (path, operations) in document["paths"].as_object()? {
        let found = operations.as_object()?.iter().find(|(_, other)| other["operationId"] == *same);
        if let Some((method, _)) = found {
            return Some(format!("{} {path}", method.to_uppercase()));
        }
    }
    None
}

/// The path with something for each parameter.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

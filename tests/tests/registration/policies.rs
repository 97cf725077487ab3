//! Who may call what, and what anybody may.

use http::Method;
use ward_tests::Ward;
use ward_tests::policy_table::policy_table;

#[tokio::test]
async fn the_table_of_roles_and_operations_is_the_checked_in_one() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    let patient = ward.registration().patient().await;
    let callers = [("anonymous", None), ("admin", Some(&admin)), ("patient", Some(&*patient))];
    insta::assert_snapshot!("roles_and_operations", policy_table(&ward, "/registration", &callers).await);
}

/// What anybody may call; beside it only the public reads of part 六.
const EXEMPT: [&str; 7] = [
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
    let (mut tried, mut exempt) = (0, Vec::new());
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            let name = format!("{method} {path}");
            let answer = api.send(api.request(method, &filled(path))).await;
            if answer.status == 401 && answer.json()["code"] == 105 {
                tried += 1;
            } else {
                answer.json();
                exempt.push(name);
            }
        }
    }
    assert!(tried >= 20, "only {tried} operations were tried");
    exempt.sort();
    assert_eq!(exempt, EXEMPT);
}

/// The path with something for each parameter.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

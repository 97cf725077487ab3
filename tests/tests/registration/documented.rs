//! Every path that the API's document names, and every other that its existing front ends call: each is in the
//! OpenAPI document, and is answered.

use std::collections::BTreeSet;

use http::Method;
use ward_tests::{Api, Ward};

/// Accounts and their administration (parts 概要, 一 and 三).
const ACCOUNTS: [&str; 13] = [
    "POST /auth/register",
    "POST /auth/login",
    "POST /auth/patient/login",
    "POST /auth/staff/login",
    "POST /auth/swagger-login",
    "POST /auth/logout",
    "GET /auth/me",
    "GET /auth/users",
    "GET /auth/users/{user_id}",
    "PUT /auth/users/{user_id}/updateProfile",
    "DELETE /auth/users/{user_id}",
    "POST /auth/register-admin",
    "POST /auth/user-info",
];

/// Managing (part 二).
const ADMINISTRATION: [&str; 55] = [
    "GET /admin/global-prices",
    "PUT /admin/global-prices",
    "POST /major-departments",
    "GET /major-departments",
    "PUT /major-departments/{dept_id}",
    "DELETE /major-departments/{dept_id}",
    "POST /minor-departments",
    "GET /minor-departments",
    "PUT /minor-departments/{minor_dept_id}",
    "DELETE /minor-departments/{minor_dept_id}",
    "GET /hospital-areas",
    "POST /crawler/schedules/run",
    "POST /doctors",
    "GET /doctors",
    "PUT /doctors/{doctor_id}",
    "DELETE /doctors/{doctor_id}",
    "POST /doctors/{doctor_id}/create-account",
    "PUT /doctors/{doctor_id}/transfer",
    "POST /doctors/{doctor_id}/photo",
    "DELETE /doctors/{doctor_id}/photo",
    "GET /admin/doctors/{doctor_id}/photo",
    "POST /admin/departments/{dept_id}/heads/select",
    "DELETE /admin/departments/{dept_id}/heads/{doctor_id}",
    "GET /patients",
    "GET /admin/audit/schedule",
    "GET /admin/audit/schedule/{audit_id}",
    "POST /admin/audit/schedule/{audit_id}/approve",
    "POST /admin/audit/schedule/{audit_id}/reject",
    "GET /admin/audit/leave",
    "GET /admin/audit/leave/{audit_id}",
    "POST /admin/audit/leave/{audit_id}/approve",
    "POST /admin/audit/leave/{audit_id}/reject",
    "GET /audit/attachment/raw",
    "POST /doctor/schedules/add-slot",
    "GET /admin/audit/add-slot",
    "POST /admin/audit/add-slot/{audit_id}/approve",
    "POST /admin/audit/add-slot/{audit_id}/reject",
    "GET /config",
    "PUT /config",
    "GET /admin/clinics",
    "POST /admin/clinics",
    "PUT /admin/clinics/{clinic_id}",
    "GET /admin/departments/{dept_id}/schedules",
    "GET /admin/clinics/{clinic_id}/schedules",
    "POST /admin/schedules",
    "PUT /admin/schedules/{schedule_id}",
    "DELETE /admin/schedules/{schedule_id}",
    "GET /admin/anti-scalper/users",
    "GET /admin/anti-scalper/users/{user_id}",
    "GET /admin/anti-scalper/users/{user_id}/stats",
    "POST /admin/anti-scalper/ban",
    "POST /admin/anti-scalper/unban",
    "POST /attendance/mark-absent/single",
    "POST /attendance/mark-absent/range",
    "GET /attendance/absent-statistics",
];

/// Statistics (part 四).
const STATISTICS: [&str; 8] = [
    "GET /statistics/hospital/registrations",
    "GET /statistics/areas/{area_id}/registrations",
    "GET /statistics/departments/{minor_dept_id}/registrations",
    "GET /statistics/doctors/{doctor_id}/registrations",
    "GET /statistics/departments/ranking",
    "GET /statistics/doctors/ranking",
    "GET /statistics/users",
    "GET /statistics/visits",
];

/// Doctors' clients (part 五).
const DOCTORS: [&str; 25] = [
    "GET /workbench/dashboard",
    "POST /workbench/checkin",
    "POST /workbench/checkout",
    "GET /workbench/shifts",
    "GET /workbench/consultation-stats",
    "GET /workbench/recent-consultations",
    "GET /doctors/schedules",
    "GET /doctors/schedules/today",
    "GET /doctors/schedules/{schedule_id}",
    "GET /doctor/consultation/queue",
    "POST /doctor/consultation/next",
    "POST /doctor/consultation/pass",
    "POST /doctor/consultation/complete",
    "GET /doctor/patient/{patient_id}",
    "GET /doctor/leave/schedule",
    "POST /doctor/leave/apply",
    "GET /doctor/leave/history",
    "GET /doctor/leave/audit",
    "GET /doctor/leave/audit/{audit_id}",
    "POST /doctor/leave/audit/{audit_id}/approve",
    "POST /doctor/leave/audit/{audit_id}/reject",
    "GET /doctor/schedule/clinics",
    "GET /doctor/schedule/list",
    "GET /doctor/schedule/available-doctors",
    "POST /doctor/schedule/submit-change",
];

/// Patients' clients (part 六).
const PATIENTS: [&str; 9] = [
    "GET /hospitals",
    "GET /clinics",
    "GET /departments/{dept_id}/schedules",
    "GET /doctors/{doctor_id}/schedules",
    "GET /clinics/{clinic_id}/schedules",
    "GET /hospitals/schedules",
    "POST /appointments",
    "GET /appointments",
    "PUT /appointments/{appointmentId}/cancel",
];

/// What all clients use (part 七).
const COMMON: [&str; 5] = [
    "POST /common/upload",
    "GET /common/visit-record/{visit_id}",
    "POST /common/medical-record/{visit_id}/pdf",
    "GET /common/medical-record/{visit_id}/download",
    "GET /static/{path}",
];

/// Of part 二 those that part 六 has, too.
const SHARED: [&str; 3] = ["GET /major-departments", "GET /minor-departments", "GET /doctors"];

/// What front ends call besides (beside the bare paths: see the prefixes below).
const CLIENTS: [&str; 25] = [
    "GET /auth/user-info",
    "POST /staff/login",
    "POST /schedules/add-slot",
    "GET /doctor/schedules/add-slot",
    "POST /doctor/schedules/add-slot/{audit_id}/cancel",
    "GET /patient/patients",
    "POST /patient/patients",
    "PUT /patient/patients/{patient_id}",
    "DELETE /patient/patients/{patient_id}",
    "PUT /patient/patients/{patient_id}/set-default",
    "GET /patient/patients/default",
    "POST /patient/waitlist",
    "GET /patient/waitlist",
    "DELETE /patient/waitlist/{id}",
    "GET /patient/doctors/{doctor_id}",
    "GET /patient/doctors/{doctor_id}/photo",
    "GET /patient/health-record",
    "GET /admin/doctors/{doctor_id}/schedules",
    // What the document lacks.
    "POST /hospital-areas",
    "PUT /hospital-areas/{area_id}",
    "DELETE /hospital-areas/{area_id}",
    "GET /admin/appointments",
    "POST /admin/appointments/{id}/check-in",
    "PUT /admin/appointments/{id}/cancel",
    "GET /notices",
];

/// An operation's method and path.
fn split(operation: &str) -> (&str, &str) {
    operation.split_once(' ').unwrap()
}

/// The same operation with this before its path.
fn under(prefix: &str, operation: &str) -> String {
    let (method, path) = split(operation);
    format!("{method} {prefix}{path}")
}

/// All of them, under each prefix that they are called with.
fn operations() -> BTreeSet<String> {
    let parts = [&ACCOUNTS[..], &ADMINISTRATION, &STATISTICS, &DOCTORS, &PATIENTS, &COMMON, &CLIENTS];
    let mut all: BTreeSet<String> = parts.concat().into_iter().map(str::to_owned).collect();
    let bare = |operation: &&&str| !["/admin", "/doctor/"].iter().any(|prefix| split(operation).1.starts_with(prefix));
    all.extend(ADMINISTRATION.iter().filter(bare).map(|operation| under("/admin", operation)));
    all.extend(PATIENTS.iter().chain(&SHARED).map(|operation| under("/patient", operation)));
    for operation in DOCTORS {
        let (method, path) = split(operation);
        if path.starts_with("/workbench") {
            all.insert(under("/doctor", operation));
        } else if let Some(rest) = path.strip_prefix("/doctors/schedules") {
            all.insert(format!("{method} /doctor/schedules{rest}"));
        }
    }
    all
}

/// The path with `{}` for each parameter: their names say nothing to a client.
fn nameless(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// The path with something for each parameter.
fn filled(path: &str) -> String {
    nameless(path).replace("{}", "1")
}

#[tokio::test]
async fn every_documented_path_is_in_the_openapi_document() {
    let ward = Ward::start().await;
    let document = ward.registration().get("/openapi.json").await.expect(200).json();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap().keys();
        described.extend(methods.map(|method| format!("{} {}", method.to_uppercase(), nameless(path))));
    }
    let asked: BTreeSet<String> = operations()
        .iter()
        .map(|operation| split(operation))
        .map(|(method, path)| format!("{method} {}", nameless(path)))
        .collect();
    assert!(asked.len() > 150, "{}", asked.len());
    let missing: Vec<_> = asked.difference(&described).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Asks without a body; whoever reads one refuses that in its own words.
async fn ask(api: &Api, operation: &str, slash: &str) -> (u16, i64) {
    let (method, path) = split(operation);
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let answer = api.send(api.request(method, &format!("{}{slash}", filled(path)))).await;
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    (answer.status, body["code"].as_i64().unwrap_or_default())
}

#[tokio::test]
async fn every_documented_path_is_answered_by_the_api_with_and_without_a_trailing_slash() {
    let ward = Ward::start().await;
    let admin = ward.registration_admin().await;
    // A file's path may end with a slash of its own; signing out ends the token that the others need.
    let asked = operations().into_iter().filter(|operation| !matches!(split(operation).1, "/static/{path}"));
    let (last, asked): (Vec<_>, Vec<_>) = asked.partition(|operation| operation == "POST /auth/logout");
    for operation in asked.iter().chain(&last) {
        let slashes: &[&str] = if last.contains(operation) { &["/"] } else { &["", "/"] };
        for slash in slashes {
            let (status, code) = ask(&admin, operation, slash).await;
            // 98: no such path or method.
            assert!(status < 500 && status != 405 && code != 98, "{operation}{slash}: {status} {code}");
        }
    }
}

#[tokio::test]
async fn the_api_stands_at_the_root_of_its_own_host() {
    let ward = Ward::start().await;
    let api = ward.at("");
    for operation in ["GET /doctors", "GET /patient/doctors", "GET /hospitals", "GET /admin/clinics", "GET /auth/me"] {
        let (method, path) = split(operation);
        let request = api.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
        let answer = api.send(request.header("host", "registration.localhost")).await;
        let code = answer.json()["code"].as_i64();
        assert!(matches!((answer.status, code), (200, Some(0)) | (401, Some(105))), "{operation}: {}", answer.text());
    }
}

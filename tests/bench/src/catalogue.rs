//! The public lists of the registration API, with the catalogue of a university hospital.

use anyhow::{Context, Result};
use futures_util::future::join_all;
use serde_json::json;
use ward_tests::catalogue::tomorrow;
use ward_tests::process::{Home, WardProcess};
use ward_tests::{Api, PASSWORD};

use crate::table::{Table, ratio};
use crate::wrk::{SECONDS, requests_per_second};

const DEPARTMENTS: usize = 40;
const DOCTORS: usize = 50;

/// What a list of 50 doctors costs the processor with FastAPI and async SQLAlchemy, in milliseconds.
const FASTAPI: f64 = 7.4;

/// Measures.
pub async fn run() -> Result<Table> {
    let home = Home::new().await;
    // A line for each of some ten thousand requests would be in the way of the table.
    let server = home.start_with(&[("WARD_ADMIN_PASSWORD", PASSWORD), ("WARD_LOG", "warn")]).await;
    let admin = server.at("/registration").staff("admin", PASSWORD).await;
    let (dept, date) = fill(&admin).await?;

    let mut table = Table::new(
        "Public lists of the registration API",
        &["list", "answer", "requests/s", "processor time each", "to FastAPI's 7.4 ms"],
    );
    for (name, path) in [
        ("50 of 2,000 doctors", "/doctors?page=20&page_size=50".to_owned()),
        ("a department's 50 doctors", format!("/doctors?dept_id={dept}&page_size=50")),
        ("doctors by a part of their name", "/doctors?name=17".to_owned()),
        (
            "a department's 50 schedules of a day",
            format!("/departments/{dept}/schedules?start_date={date}&end_date={date}"),
        ),
        ("a department's schedules of 7 days", format!("/hospitals/schedules?departmentId={dept}")),
        ("40 minor departments", "/minor-departments".to_owned()),
    ] {
        let size = admin.get(&path).await.expect(200).body.len();
        let (rate, milliseconds) = measure(&server, &path).await?;
        table.row([
            name.to_owned(),
            format!("{size} bytes"),
            format!("{rate:.0}"),
            format!("{milliseconds:.2} ms"),
            ratio(milliseconds / FASTAPI),
        ]);
    }
    table.note(
        "wrk, 2 threads, 16 connections, no token, on the same cores as the server. The processor time is the server \
         process's: with SQLite the database's too, with PostgreSQL (WARD_TEST_ENGINE=postgres) without it. The figure \
         of FastAPI was measured elsewhere and stands here for comparison.",
    );
    Ok(table)
}

/// Requests per second, and the milliseconds of processor time of each.
async fn measure(server: &WardProcess, path: &str) -> Result<(f64, f64)> {
    let url = format!("http://{}/registration{path}", server.address());
    let before = server.processor_time();
    let rate = requests_per_second(&url, None).await?;
    let spent = server.processor_time().saturating_sub(before);
    Ok((rate, spent.as_secs_f64() * 1e3 / (rate * f64::from(SECONDS))))
}

/// A hospital; gives its last department and the day of its doctors' first shifts.
async fn fill(admin: &Api) -> Result<(i64, String)> {
    let tomorrow = tomorrow();
    let mut dept = 0;
    for _ in 0..DEPARTMENTS {
        dept = admin.department().await;
        let body = |number: usize| {
            json!({
                "dept_id": dept, "name": format!("医生{dept}{number}"), "title": "主任医师",
                "specialty": "心血管疾病，高血压，冠心病", "default_price_normal": 80,
                "introduction": "从事心血管疾病临床工作多年，擅长高血压、冠心病、心律失常的诊治，发表论文二十余篇。",
            })
        };
        let bodies: Vec<_> = (0..DOCTORS).map(body).collect();
        for answer in join_all(bodies.iter().map(|body| admin.post("/doctors", body))).await {
            answer.expect(200);
        }
    }
    let clinic = admin.clinic(dept).await;
    let doctors = admin.get(&format!("/doctors?dept_id={dept}&page_size=100")).await.message();
    for doctor in doctors["doctors"].as_array().context("doctors")? {
        let doctor = doctor["doctor_id"].as_i64().context("a number")?;
        admin.schedule(doctor, clinic, &tomorrow, "上午", 20).await;
    }
    Ok((dept, tomorrow))
}

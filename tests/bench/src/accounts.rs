//! Accounts of the registration API: 200 sign-ins at once, and the smallest request that needs a token.

use std::time::Instant;

use anyhow::Result;
use futures_util::future::join_all;
use serde_json::json;
use ward_tests::PASSWORD;
use ward_tests::people::STAFF_PASSWORD;
use ward_tests::process::Home;
use ward_tests::registration::Patient;

use crate::table::{Table, ratio};
use crate::wrk::{SECONDS, requests_per_second};

const SIGN_INS: u32 = 200;
const PEOPLE: u32 = 20;

/// What the same costs with FastAPI and async SQLAlchemy on two cores: seconds for 200 sign-ins at once,
/// milliseconds of processor time for each `/auth/me`.
const FASTAPI: (f64, f64) = (30.0, 2.2);

/// Measures.
pub async fn run() -> Result<Table> {
    let home = Home::new().await;
    let server = home.start().await;
    let api = server.at("/registration");
    let people = join_all((0..PEOPLE).map(|_| api.patient())).await;
    let body = |(_, patient): (u32, &Patient)| json!({ "phonenumber": patient.phone, "password": STAFF_PASSWORD });
    let bodies: Vec<_> = (0..SIGN_INS).zip(people.iter().cycle()).map(body).collect();

    let (before, start) = (server.processor_time(), Instant::now());
    let answers = join_all(bodies.iter().map(|body| api.post("/auth/patient/login", body))).await;
    let wall = start.elapsed().as_secs_f64();
    let spent = server.processor_time().saturating_sub(before).as_secs_f64();
    for answer in answers {
        answer.message();
    }

    let admin = api.staff("admin", PASSWORD).await;
    let before = server.processor_time();
    let url = format!("http://{}/registration/auth/me", server.address());
    let rate = requests_per_second(&url, Some(admin.token())).await?;
    let each = server.processor_time().saturating_sub(before).as_secs_f64() * 1e3 / (rate * f64::from(SECONDS));

    let mut table = Table::new("Accounts of the registration API", &["what", "figure", "to FastAPI"]);
    table.row(["200 sign-ins at once, until the last is in".into(), format!("{wall:.2} s"), ratio(wall / FASTAPI.0)]);
    table.row([
        "processor time of one of them".into(),
        format!("{:.1} ms", spent * 1e3 / f64::from(SIGN_INS)),
        "-".into(),
    ]);
    table.row(["/auth/me, requests/s".into(), format!("{rate:.0}"), "-".into()]);
    table.row(["/auth/me, processor time each".into(), format!("{each:.2} ms"), ratio(each / FASTAPI.1)]);
    table.note(
        "Argon2id with 19 MiB and two passes, as many at once as there are cores; client and server share the cores. \
         FastAPI's figures were measured elsewhere and stand here for comparison.",
    );
    Ok(table)
}

//! Booking through the whole path, and fifty who come at once for the last five slots.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::future::{join_all, try_join_all};
use serde_json::json;
use ward_tests::Api;
use ward_tests::PASSWORD;
use ward_tests::catalogue::tomorrow;
use ward_tests::process::{Home, WardProcess};

use crate::table::{Table, ratio};

/// Accounts, with so many persons each.
const ACCOUNTS: usize = 8;
const PERSONS: usize = 20;

/// Shifts, each in a department of its own, with a slot for everybody.
const SHIFTS: usize = 16;

/// Callers at once.
const CALLERS: usize = 16;

/// What a booking costs the processor with FastAPI and async SQLAlchemy, in milliseconds.
const FASTAPI: f64 = 15.0;

/// A client and one of its persons.
#[derive(Clone)]
struct Caller {
    api: Api,
    patient: i64,
}

/// Measures.
pub async fn run() -> Result<Table> {
    let home = Home::new().await;
    let server = home.start().await;
    let admin = server.at("/registration").staff("admin", PASSWORD).await;
    let limits = json!({"registration": {"maxAppointmentsPerPeriod": 100, "sameClinicInterval": 1}});
    admin.put("/config", &limits).await.message();
    let callers = callers(&server).await?;

    let mut table =
        Table::new("Booking", &["what", "bookings", "bookings/s", "processor time each", "to FastAPI's 15 ms"]);
    let spread = shifts(&admin, SHIFTS, callers.len()).await;
    let wishes: Vec<_> =
        spread.iter().flat_map(|shift| callers.iter().map(|caller| (caller.clone(), *shift))).collect();
    line(
        &mut table,
        &format!("{SHIFTS} shifts, {CALLERS} callers at once, one shift after the other"),
        &server,
        &wishes,
    )
    .await?;
    let mixed: Vec<_> = mixed(&shifts(&admin, SHIFTS, callers.len()).await, &callers);
    line(&mut table, &format!("{SHIFTS} shifts, {CALLERS} callers at once, in any order"), &server, &mixed).await?;
    let sold = last_five(&admin, &callers).await?;
    table.note(format!("Of 50 who come at once for the last 5 slots {sold} get one."));
    table.note(
        "The processor time is the server process's: with SQLite the database's too, with PostgreSQL \
         (WARD_TEST_ENGINE=postgres) without it. Every booking is durable when it is answered. The figure of FastAPI \
         was measured elsewhere and stands here for comparison.",
    );
    Ok(table)
}

/// Neighbours book different shifts.
fn mixed(shifts: &[i64], callers: &[Caller]) -> Vec<(Caller, i64)> {
    let turns = 0..shifts.len();
    let of = |turn: usize| {
        callers.iter().enumerate().map(move |(place, caller)| (caller.clone(), shifts[(place + turn) % shifts.len()]))
    };
    turns.flat_map(of).collect()
}

async fn line(table: &mut Table, name: &str, server: &WardProcess, wishes: &[(Caller, i64)]) -> Result<()> {
    let before = server.processor_time();
    let took = book_all(wishes).await?;
    let spent = server.processor_time().saturating_sub(before);
    #[expect(clippy::cast_precision_loss, reason = "some thousand bookings")]
    let count = wishes.len() as f64;
    let each = spent.as_secs_f64() * 1e3 / count;
    table.row([
        name.to_owned(),
        wishes.len().to_string(),
        format!("{:.0}", count / took.as_secs_f64()),
        format!("{each:.2} ms"),
        ratio(each / FASTAPI),
    ]);
    Ok(())
}

/// Books all of them, some at once; every one must succeed.
async fn book_all(wishes: &[(Caller, i64)]) -> Result<Duration> {
    let started = Instant::now();
    let share = wishes.len().div_ceil(CALLERS);
    let lanes: Vec<Vec<_>> =
        (0..CALLERS).map(|lane| wishes.iter().skip(lane).step_by(CALLERS).take(share).cloned().collect()).collect();
    let lanes = lanes.into_iter().map(|lane| {
        tokio::spawn(async move {
            for (caller, shift) in lane {
                let answer = book(&caller, shift).await;
                ensure!(answer == 0, "a booking was refused with {answer}");
            }
            Ok(())
        })
    });
    for lane in try_join_all(lanes).await? {
        lane?;
    }
    Ok(started.elapsed())
}

/// The code of the answer.
async fn book(caller: &Caller, shift: i64) -> i64 {
    let body = json!({ "scheduleId": shift, "patientId": caller.patient });
    caller.api.post("/appointments", &body).await.json()["code"].as_i64().unwrap_or(-1)
}

/// How many of 50 get one of 5 slots.
async fn last_five(admin: &Api, callers: &[Caller]) -> Result<usize> {
    let shift = shifts(admin, 1, 5).await[0];
    let codes = join_all(callers.iter().take(50).map(|caller| book(caller, shift))).await;
    ensure!(codes.iter().all(|code| matches!(code, 0 | 1001)), "answers: {codes:?}");
    Ok(codes.iter().filter(|code| **code == 0).count())
}

async fn callers(server: &WardProcess) -> Result<Vec<Caller>> {
    let mut callers = Vec::new();
    for _ in 0..ACCOUNTS {
        let patient = server.at("/registration").patient().await;
        callers.push(Caller { api: (*patient).clone(), patient: patient.patient_id });
        for number in 1..PERSONS {
            let added = patient.post("/patient/patients", &json!({ "name": format!("家人{number}") })).await.message();
            let number = added["patient"]["patient_id"].as_i64().context("a person")?;
            callers.push(Caller { api: (*patient).clone(), patient: number });
        }
    }
    Ok(callers)
}

/// Shifts of tomorrow, each in a department of its own.
async fn shifts(admin: &Api, count: usize, slots: usize) -> Vec<i64> {
    let mut shifts = Vec::new();
    for _ in 0..count {
        let dept = admin.department().await;
        let (clinic, doctor) = (admin.clinic(dept).await, admin.plain_doctor(dept, "张三", "主任医师").await);
        let slots = i64::try_from(slots).unwrap_or(i64::MAX);
        shifts.push(admin.schedule(doctor, clinic, &tomorrow(), "上午", slots).await);
    }
    shifts
}

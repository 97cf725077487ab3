//! Bookings and the plug: what was acknowledged is there, and the counts agree.

use std::sync::{Arc, Mutex};

use chrono::{FixedOffset, Utc};
use serde_json::{Value, json};
use ward_tests::process::{Home, WardProcess};
use ward_tests::ward::eventually;
use ward_tests::{Api, PASSWORD};

use crate::hospital::{Counts, Hospital, id};

async fn administrator(server: &WardProcess) -> Api {
    server.at("/registration").staff("admin", PASSWORD).await
}

/// A day in a week, in Shanghai.
#[expect(clippy::disallowed_methods, reason = "the server is a process of its own, with the machine's clock")]
fn next_week() -> String {
    let now = Utc::now().with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap());
    (now.date_naive() + chrono::Days::new(7)).to_string()
}

async fn state(admin: &Api, schedule: i64, doctor: i64, day: &str) -> (Counts, Vec<Value>) {
    let shown = admin.shown_schedule(doctor, day, schedule).await;
    let number = |name: &str| shown[name].as_i64().unwrap();
    let counts = Counts { total: number("total_slots"), remaining: number("remaining_slots") };
    let path = format!("/admin/appointments?scheduleId={schedule}&pageSize=10000");
    (counts, admin.get(&path).await.message()["list"].as_array().unwrap().clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_keeps_every_acknowledged_booking_and_its_counts() {
    let day = next_week();
    let home = Home::new().await;
    let server = home.start().await;
    let admin = administrator(&server).await;
    let dept = admin.department().await;
    let (clinic, doctor) = (admin.clinic(dept).await, admin.plain_doctor(dept, "张三", "主治医师").await);
    let schedule = admin.schedule(doctor, clinic, &day, "上午", 500).await;
    let mut families = Vec::new();
    for _ in 0..4 {
        families.push(server.at("/registration").patient().await);
    }
    server.kill().await;

    // What the last acknowledged answer said of each order.
    let acknowledged: Arc<Mutex<Vec<(i64, &str)>>> = Arc::default();
    for round in 0..3 {
        let server = home.start().await;
        let before = acknowledged.lock().unwrap().len();
        let clients: Vec<_> = families
            .iter()
            .map(|patient| {
                let api = server.at("/registration").with_token(patient.token());
                let (patient, acknowledged) = (patient.patient_id, acknowledged.clone());
                tokio::spawn(async move { books_and_cancels(&api, schedule, patient, &acknowledged).await })
            })
            .collect();
        // At another moment each time, while all of them are at it.
        let enough = async || acknowledged.lock().unwrap().len() >= before + 8 + 5 * round;
        eventually("some answers have come", enough).await;
        server.kill().await;
        for client in clients {
            client.await.unwrap();
        }
    }

    let server = home.start().await;
    let (counts, orders) = state(&administrator(&server).await, schedule, doctor, &day).await;
    Hospital::never_oversold(counts, &orders);
    let acknowledged = acknowledged.lock().unwrap().clone();
    for (order, status) in acknowledged {
        let found = orders.iter().find(|one| one["id"] == order).unwrap_or_else(|| panic!("{order} is gone"));
        let cancelled = found["status"] == "cancelled";
        assert!(cancelled || status == "pending", "{order} was {status} and is {}", found["status"]);
    }
}

/// Books and calls off again until the server is gone.
async fn books_and_cancels(api: &Api, schedule: i64, patient: i64, acknowledged: &Mutex<Vec<(i64, &str)>>) {
    loop {
        let body = json!({"scheduleId": schedule, "patientId": patient});
        let booking = api.request(http::Method::POST, "/appointments").json(&body);
        let Ok(answer) = api.try_send(booking).await else { return };
        let order = match answer.json()["code"].as_i64() {
            Some(0) => id(&answer.message()),
            // A booking of the last round that was not answered before the plug was pulled.
            Some(1003) => {
                let Ok(list) = api.try_send(api.request(http::Method::GET, "/appointments?status=pending")).await
                else {
                    return;
                };
                list.message()["list"][0]["id"].as_i64().unwrap()
            }
            _ => panic!("{}", answer.text()),
        };
        acknowledged.lock().unwrap().push((order, "pending"));
        let cancelling = api.request(http::Method::PUT, &format!("/appointments/{order}/cancel"));
        match api.try_send(cancelling).await {
            Ok(answer) => drop(answer.message()),
            Err(_) => return,
        }
        acknowledged.lock().unwrap().push((order, "cancelled"));
    }
}

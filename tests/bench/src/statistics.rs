//! Statistics and rankings of the registration API, with the rows of a large hospital.

use std::time::{Duration, Instant};

use anyhow::Result;
use ward_tests::process::{Home, WardProcess};
use ward_tests::{Api, PASSWORD};

use crate::table::{Table, ratio};

/// How often each list is asked for.
const TIMES: u32 = 20;

/// What each should stay well below, in milliseconds.
const AIM: f64 = 100.0;

/// The rows, the same text for both engines: 2,000 doctors of 40 departments, each with one shift on each of 50 days
/// (`{today}` less 45 to `{today}` and 4 more), 10 orders each, of which 9 hold one of 20 slots. A recursive query
/// counts; numbers of rows begin at 1.
const ROWS: [&str; 9] = [
    "INSERT INTO area (name, destination, created_at) VALUES ('东院区', '', 0), ('西院区', '', 0), ('南院区', '', 0)",
    "INSERT INTO major_department (name, description, created_at) VALUES ('内科', '', 0)",
    "INSERT INTO minor_department (major_dept_id, name, description, created_at) \
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) \
     SELECT 1, '科室' || CAST(i AS TEXT), '', 0 FROM n",
    "INSERT INTO clinic (area_id, dept_id, name, address, clinic_type, created_at) \
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) \
     SELECT 1 + i % 4, i, '门诊' || CAST(i AS TEXT), '', 0, 0 FROM n",
    "INSERT INTO doctor (dept_id, name, title, specialty, introduction, is_head, created_at) \
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
     SELECT 1 + i % 40, '医生' || CAST(i AS TEXT), '主任医师', '', '', FALSE, 0 FROM n",
    "INSERT INTO schedule (doctor_id, clinic_id, dept_id, day, section, slot_type, status, price, total_slots, \
       remaining_slots, queue_issued, created_at) \
     WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) \
     SELECT 1 + i % 2000, 1 + (1 + i % 2000) % 40, 1 + (1 + i % 2000) % 40, {today} - 45 + i / 2000, \
       CASE i % 3 WHEN 0 THEN '上午' WHEN 1 THEN '下午' ELSE '晚上' END, \
       CASE i % 5 WHEN 0 THEN '特需' WHEN 1 THEN '专家' ELSE '普通' END, '正常', 5000 + 100 * (i % 50), 20, 11, 9, 0 \
     FROM n",
    "INSERT INTO patient (owner, name, phone, patient_type, verified, relation_type, is_self, is_default, created_at) \
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) \
     SELECT 1000 + i, '患者' || CAST(i AS TEXT), NULL, 'external', FALSE, '本人', TRUE, TRUE, 0 FROM n",
    "INSERT INTO appointment (order_no, patient_id, account, schedule_id, doctor_id, clinic_id, dept_id, area_id, \
       day, section, slot_type, price, status, payment, source, queue_number, is_called, pass_count, priority, \
       created_at, updated_at, completed_at, cancelled_at) \
     WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 10) \
     SELECT 'N' || CAST(s.id * 10 + k.i AS TEXT), 1 + (s.id * 10 + k.i) % 50000, 1001 + (s.id * 10 + k.i) % 50000, \
       s.id, s.doctor_id, s.clinic_id, s.dept_id, c.area_id, s.day, s.section, s.slot_type, s.price, \
       CASE WHEN k.i = 10 THEN 'cancelled' WHEN s.day >= {today} THEN 'pending' WHEN k.i = 9 THEN 'no_show' \
         ELSE 'completed' END, \
       'pending', 'booking', k.i, FALSE, 0, 0, 0, 0, \
       CASE WHEN k.i < 9 AND s.day < {today} THEN s.day * 86400000 END, CASE WHEN k.i = 10 THEN 0 END \
     FROM schedule s JOIN clinic c ON c.id = s.clinic_id CROSS JOIN k",
    "INSERT INTO sign_in (account, at) \
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) \
     SELECT 1000 + i % 50000, 86400000 * CAST({today} AS BIGINT) - 20000 * CAST(i AS BIGINT) FROM n",
];

/// Accounts, for those who count them.
const MEMBERS: &str = "INSERT INTO member (id, role, username, created_at) \
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) \
     SELECT 1000 + i, 'patient', 'patient' || CAST(i AS TEXT), 0 FROM n";

/// What is asked for.
const LISTS: [(&str, &str); 15] = [
    ("hospital, today", "/statistics/hospital/registrations"),
    ("hospital, 30 days", "/statistics/hospital/registrations?date_range=30days"),
    ("area, a day", "/statistics/areas/1/registrations?date={yesterday}"),
    ("area, 30 days", "/statistics/areas/1/registrations?date_range=30days"),
    ("department, a day", "/statistics/departments/7/registrations?date={yesterday}"),
    ("department, 30 days", "/statistics/departments/7/registrations?date_range=30days"),
    ("doctor, 30 days", "/statistics/doctors/7/registrations?date_range=30days"),
    ("ranking of departments, a day", "/statistics/departments/ranking?date={yesterday}"),
    ("ranking of departments, 30 days", "/statistics/departments/ranking?date_range=30days&order_by=revenue"),
    ("ranking of doctors, a day", "/statistics/doctors/ranking?date={yesterday}"),
    ("ranking of doctors, 30 days", "/statistics/doctors/ranking?date_range=30days"),
    ("ranking of doctors by revenue, 30 days", "/statistics/doctors/ranking?date_range=30days&order_by=revenue"),
    ("ranking of a department's doctors, 30 days", "/statistics/doctors/ranking?date_range=30days&dept_id=7"),
    ("accounts", "/statistics/users"),
    ("visits", "/statistics/visits"),
];

/// Measures.
pub async fn run() -> Result<Table> {
    let home = Home::new().await;
    let server = home.start_with(&[("WARD_ADMIN_PASSWORD", PASSWORD), ("WARD_LOG", "warn")]).await;
    let today = days_in_shanghai();
    let started = Instant::now();
    for statement in ROWS.iter().chain([&MEMBERS]) {
        home.sql("registration", &statement.replace("{today}", &today.to_string())).await?;
    }
    if home.is_postgres() {
        // What its own housekeeping does some time after rows have come.
        home.sql("registration", "VACUUM ANALYZE").await?;
    }
    let filled = started.elapsed();

    let api = server.at("/registration").staff("admin", PASSWORD).await;
    let mut table = Table::new(
        "Statistics of 2,000 doctors and 1,000,000 orders",
        &["what", "median", "slowest", "processor time each", "median to 100 ms"],
    );
    let yesterday = date(today - 1);
    for (name, path) in LISTS {
        let path = path.replace("{yesterday}", &yesterday);
        let (median, slowest, each) = measure(&server, &api, &path).await;
        table.row([
            name.to_owned(),
            format!("{median:.1} ms"),
            format!("{slowest:.1} ms"),
            format!("{each:.1} ms"),
            ratio(median / AIM),
        ]);
    }
    table.note(format!(
        "Each {TIMES} times, one request after the other, from the client's side. The processor time is the server \
         process's: with SQLite the database's too, with PostgreSQL (WARD_TEST_ENGINE=postgres) without it. The rows \
         were made in {:.0} s.",
        filled.as_secs_f64()
    ));
    Ok(table)
}

/// Median, slowest, and processor time of the server, in milliseconds.
async fn measure(server: &WardProcess, api: &Api, path: &str) -> (f64, f64, f64) {
    api.get(path).await.message();
    let before = server.processor_time();
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let started = Instant::now();
        api.get(path).await.expect(200);
        times.push(started.elapsed());
    }
    let spent = server.processor_time().saturating_sub(before) / TIMES;
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    (milliseconds(times[times.len() / 2]), milliseconds(times[times.len() - 1]), milliseconds(spent))
}

/// Today in Shanghai, in days since 1970.
fn days_in_shanghai() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from((now.as_secs() + 8 * 3600) / 86_400).unwrap_or_default()
}

/// A day as the API writes it.
fn date(days: i64) -> String {
    ward_tests::catalogue::day(days)
}

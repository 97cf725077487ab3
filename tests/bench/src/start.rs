//! Starting with compiled plugins, and memory.

use std::time::Duration;

use anyhow::Result;
use futures_util::future::join_all;
use ward_tests::process::Home;

use crate::table::{Table, mebibytes};

const STARTS: usize = 5;
const AT_ONCE: usize = 64;

/// Measures.
pub async fn run() -> Result<Table> {
    let home = Home::new().await;
    home.start().await.kill().await;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let server = home.start().await;
        times.push(server.start_time);
        server.kill().await;
    }
    times.sort_unstable();

    let server = home.start().await;
    let admin = server.admin().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = server.resident_bytes();
    let requests = tokio::spawn(async move {
        for _ in 0..30 {
            join_all((0..AT_ONCE).map(|_| admin.get("/users")))
                .await
                .into_iter()
                .for_each(|answer| drop(answer.expect(200)));
        }
    });
    let mut busy = idle;
    while !requests.is_finished() {
        busy = busy.max(server.resident_bytes());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    requests.await?;

    let mut table = Table::new("Start and memory", &["what", "figure"]);
    let milliseconds = |time: Duration| format!("{} ms", time.as_millis());
    table.row(["start with compiled plugins, to the first answer (median)".into(), milliseconds(times[STARTS / 2])]);
    table.row(["the slowest".into(), milliseconds(times[STARTS - 1])]);
    table.row(["resident, idle".into(), mebibytes(idle)]);
    table.row([format!("resident, {AT_ONCE} requests at once"), mebibytes(busy)]);
    table.row(["for each request at once".into(), mebibytes(busy.saturating_sub(idle) / AT_ONCE as u64)]);
    table.note("The release binary as a process of its own, SQLite, the default assembly.");
    Ok(table)
}

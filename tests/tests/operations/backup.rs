//! A backup while requests are served, and its restore elsewhere.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::multipart::{Form, Part};
use serde_json::json;
use tempfile::TempDir;
use ward_tests::process::Home;
use ward_tests::{Api, PASSWORD, WardProcess};

use crate::stage::free_address;
use crate::terminal::Place;

/// Notes and objects of the guest `echo`, jobs of the guest `worker`.
const ASSEMBLY: &str = r#"
[[mount]]
plugin = "echo"
path = "/echo"
unsigned = true
grants = ["sql", "identity", "policy", "blobs", "config", "log"]

[[mount]]
plugin = "worker"
path = "/worker"
unsigned = true
grants = ["sql", "identity", "jobs", "events"]
"#;

/// A place on a machine of its own: directory, database, assembly, and room for archives.
struct Machine {
    home: Home,
    files: TempDir,
}

impl Machine {
    async fn new() -> Self {
        let files = tempfile::tempdir().unwrap();
        std::fs::write(files.path().join("ward.toml"), ASSEMBLY).unwrap();
        Self { home: Home::new().await, files }
    }

    async fn serve(&self) -> WardProcess {
        self.home.start_guests(ASSEMBLY, &[]).await
    }

    async fn run(&self, arguments: &[&str]) -> crate::terminal::Outcome {
        let (data, assembly) = (self.home.data(), self.files.path().join("ward.toml"));
        Place { data: &data, database: self.home.database(), assembly: &assembly }.run(arguments).await
    }

    fn archive(&self) -> String {
        self.files.path().join("backup.ward").display().to_string()
    }

    /// A backup of a server with a note, an object and a job; the object's address.
    async fn backed_up() -> (Self, String) {
        let machine = Self::new().await;
        let ward = machine.serve().await;
        let object = fill(&ward).await;
        machine.run(&["backup", &machine.archive()]).await.succeeds();
        ward.terminate().await;
        (machine, object)
    }
}

/// Writes a note in Chinese, an object and a job that waits; gives the object's address.
async fn fill(ward: &WardProcess) -> String {
    let echo = ward.at("/echo");
    echo.post("/notes", &json!({ "id": -1, "text": "张伟 'quoted' \\ tab\t" })).await.expect(201);
    ward.at("/worker").post("/jobs", &json!({ "text": "later", "delay_ms": 3_600_000 })).await.expect(200);
    echo.post("/accounts", &person("first")).await.expect(201);
    let part = Part::bytes(vec![7_u8; 300_000]).file_name("a.bin").mime_str("application/octet-stream").unwrap();
    let kept = echo.post_multipart("/objects", Form::new().part("file", part)).await.expect(201).json();
    let id = kept.as_array().map_or(&kept, |list| &list[0])["id"].as_str().unwrap().to_owned();
    format!("/objects/{id}")
}

fn person(username: &str) -> serde_json::Value {
    json!({ "name": "李四", "username": username, "password": "a password of theirs", "role": "reader" })
}

/// What the restored server answers must be what the first one did.
async fn same(first: &Api, second: &Api, paths: &[&str]) {
    for path in paths {
        let (one, other) = (first.get(path).await.expect(200), second.get(path).await.expect(200));
        assert_eq!(one.body, other.body, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_restored_elsewhere_serves_the_same() {
    let (first, object) = Machine::backed_up().await;
    let second = Machine::new().await;
    let said = second.run(&["restore", &first.archive()]).await.succeeds();
    assert!(said.contains("equal to what was backed up") && said.contains("echo 1.0.0"), "{said}");
    let (one, other) = (first.serve().await, second.serve().await);
    same(&one.at("/echo"), &other.at("/echo"), &["/notes", &object]).await;
    // Tokens of the first are good at the second: the keys came along. So did the password.
    let administrator = [("username", "admin"), ("password", PASSWORD)];
    let token = one.at("/echo").post_form("/sign-in", &administrator).await.expect(200).json();
    let signed_in = other.at("/echo").with_token(token["access"].as_str().unwrap());
    assert_eq!(signed_in.get("/caller").await.expect(200).json()["account"], 1);
    other.at("/echo").post_form("/sign-in", &administrator).await.expect(200);
    // What is made from then on takes numbers that were not given before.
    let known = other.at("/echo").get("/accounts").await.expect(200).list();
    let highest = known.iter().filter_map(|account| account["id"].as_i64()).max();
    let made = other.at("/echo").post("/accounts", &person("second")).await.expect(201).json();
    assert!(made["id"].as_i64() > highest && highest > Some(1), "{made} after {highest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_writes_is_of_one_moment() {
    let first = Machine::new().await;
    let ward = first.serve().await;
    fill(&ward).await;
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (echo, stop) = (ward.at("/echo"), stop.clone());
            tokio::spawn(async move {
                let mut written = 0;
                while !stop.load(Ordering::Relaxed) {
                    let note = json!({ "id": writer * 1_000_000 + written, "text": format!("{writer}-{written}") });
                    // Under so many writers one may have to try again.
                    if echo.post("/notes", &note).await.status == 201 {
                        written += 1;
                    }
                }
                written
            })
        })
        .collect();
    for number in 0..3 {
        let archive = first.files.path().join(format!("{number}.ward")).display().to_string();
        first.run(&["backup", &archive]).await.succeeds();
        first.run(&["restore", "--verify", &archive]).await.succeeds();
    }
    stop.store(true, Ordering::Relaxed);
    let mut written = 0;
    for writer in writers {
        written += writer.await.unwrap();
    }
    assert!(written > 0, "nobody wrote meanwhile");
    // Each writer's notes are there without a gap: the first to the last that the moment saw.
    let second = Machine::new().await;
    let archive = first.files.path().join("2.ward").display().to_string();
    second.run(&["restore", &archive]).await.succeeds();
    let restored = second.serve().await;
    let notes = all_notes(&restored.at("/echo")).await;
    for writer in 0..4 {
        let prefix = format!("{writer}-");
        let mut mine: Vec<i64> = notes.iter().filter_map(|text| text.strip_prefix(&prefix)?.parse().ok()).collect();
        mine.sort_unstable();
        assert_eq!(mine, (0..).take(mine.len()).collect::<Vec<i64>>(), "writer {writer}");
    }
}

/// The texts of all notes.
async fn all_notes(echo: &Api) -> Vec<String> {
    let notes = echo.get("/notes?limit=9000").await.expect(200).list();
    notes.iter().map(|note| note["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_that_is_cut_off_or_altered_is_refused_and_touches_nothing() {
    let (first, _) = Machine::backed_up().await;
    let whole = std::fs::read(first.archive()).unwrap();
    let second = Machine::new().await;
    let damaged = second.files.path().join("damaged.ward");
    let name = damaged.display().to_string();
    let mut altered = whole.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 0x10;
    for bytes in [&whole[..0], &whole[..100], &whole[..middle], &whole[..whole.len() - 1], &altered, b"PK\x03\x04"] {
        std::fs::write(&damaged, bytes).unwrap();
        second.run(&["restore", "--verify", &name]).await.fails(&["damaged"]);
        second.run(&["restore", &name]).await.fails(&["damaged"]);
        assert!(!second.home.data().join("keys").exists() && !second.home.data().join("db").exists());
    }
    std::fs::write(&damaged, &whole).unwrap();
    second.run(&["restore", &name]).await.succeeds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_needs_an_empty_place() {
    let (first, _) = Machine::backed_up().await;
    first.run(&["restore", &first.archive()]).await.fails(&["a restore needs an empty place"]);
    let ward = first.serve().await;
    ward.at("/echo").get("/notes").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_replaces_no_file() {
    let (first, _) = Machine::backed_up().await;
    let before = std::fs::read(first.archive()).unwrap();
    first.run(&["backup", &first.archive()]).await.fails(&["is there already"]);
    assert_eq!(std::fs::read(first.archive()).unwrap(), before);
    let names: Vec<PathBuf> =
        std::fs::read_dir(first.files.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names.len(), 2, "nothing is left beside it: {names:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_its_owner_may_read_a_backup() {
    use std::os::unix::fs::PermissionsExt as _;
    let (first, _) = Machine::backed_up().await;
    assert_eq!(std::fs::metadata(first.archive()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_that_is_killed_cannot_be_served() {
    let (first, _) = Machine::backed_up().await;
    let second = Machine::new().await;
    let (data, assembly) = (second.home.data(), second.files.path().join("ward.toml"));
    let place = Place { data: &data, database: second.home.database(), assembly: &assembly };
    let archive = first.archive();
    let mut child = place.command(&["restore", &archive]).spawn().unwrap();
    let mark = data.join("RESTORE-UNFINISHED");
    while !mark.exists() && child.try_wait().unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    child.kill().await.unwrap();
    if !mark.exists() {
        // It was faster than this test: what it left is complete.
        place.run(&["doctor"]).await;
        return;
    }
    let listen = free_address().to_string();
    let served = place.run_with(&["serve"], &[("WARD_LISTEN", &listen)]).await;
    served.fails(&["a restore into", "did not finish"]);
    place.run(&["restore", &archive]).await.fails(&["did not finish"]);
    place.run(&["backup", &second.archive()]).await.fails(&["did not finish"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_goes_back_to_the_engine_that_it_came_from() {
    let (first, _) = Machine::backed_up().await;
    let files = tempfile::tempdir().unwrap();
    let other = if first.home.is_postgres() { "" } else { "postgres://ward@127.0.0.1:1/ward" };
    let (data, assembly) = (files.path().join("data"), first.files.path().join("ward.toml"));
    let place = Place { data: &data, database: other, assembly: &assembly };
    let refused = place.run(&["restore", &first.archive()]).await;
    refused.fails(&["a backup goes back to the engine that it came from"]);
    assert!(!data.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_that_is_gone_is_named_and_the_rest_is_kept() {
    let first = Machine::new().await;
    let ward = first.serve().await;
    fill(&ward).await;
    let objects = first.home.data().join("blobs").join("echo");
    std::fs::remove_dir_all(&objects).unwrap();
    first.run(&["backup", &first.archive()]).await.fails(&["damaged", "echo/", "complete but for 1 objects"]);
    let second = Machine::new().await;
    second.run(&["restore", &first.archive()]).await.succeeds();
    second.serve().await.at("/echo").get("/notes").await.expect(200);
}

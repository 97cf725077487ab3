//! One thing is broken; the sentence names it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;
use ward_tests::process::Home;
use ward_tests::ward::eventually;

use crate::terminal::{Outcome, Place};

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

struct Patient {
    home: Home,
    files: TempDir,
    listen: String,
}

impl Patient {
    /// An installation that has served.
    async fn sound() -> Self {
        let patient = Self::new().await;
        patient.home.start_guests(ASSEMBLY, &[]).await.terminate().await;
        patient
    }

    async fn new() -> Self {
        let files = tempfile::tempdir().unwrap();
        std::fs::write(files.path().join("ward.toml"), ASSEMBLY).unwrap();
        Self { home: Home::new().await, files, listen: crate::stage::free_address().to_string() }
    }

    async fn examine(&self) -> Outcome {
        self.examine_with(&[]).await
    }

    async fn examine_with(&self, variables: &[(&str, &str)]) -> Outcome {
        let (data, assembly) = (self.home.data(), self.files.path().join("ward.toml"));
        let place = Place { data: &data, database: self.home.database(), assembly: &assembly };
        place.run_with(&["doctor"], &[&[("WARD_LISTEN", &*self.listen)], variables].concat()).await
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.data().join(name)
    }

    fn mode(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.path(name), Permissions::from_mode(mode)).unwrap();
    }
}

#[tokio::test]
async fn of_a_sound_installation_there_is_nothing_to_say() {
    let patient = Patient::sound().await;
    nothing_is_wrong(&patient.examine().await.succeeds());
}

/// The tests' own PostgreSQL is set up to forget, of which a warning speaks.
#[track_caller]
fn nothing_is_wrong(said: &str) {
    let lines = said.lines().filter(|line| !line.contains("`fsync` is off") && *line != "Nothing is wrong.");
    assert_eq!(lines.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[tokio::test]
async fn before_the_first_start_there_is_nothing_to_mend_and_nothing_is_made() {
    let patient = Patient::new().await;
    let said = patient.examine().await.succeeds();
    assert!(said.contains("the first start makes it"), "{said}");
    assert!(!patient.home.data().exists());
}

#[tokio::test]
async fn permissions_that_let_others_in_are_named() {
    let patient = Patient::sound().await;
    patient.mode("keys/cache.key", 0o644);
    patient.examine().await.fails(&["cache.key can be read by others"]);
    patient.mode("keys/cache.key", 0o600);
    patient.mode("cache", 0o777);
    patient.examine().await.fails(&["directory of compiled plugins", "can be written by others"]);
    patient.mode("cache", 0o700);
    patient.mode("", 0o777);
    patient.examine().await.fails(&["the data directory", "can be written by others"]);
    patient.mode("", 0o755);
    let said = patient.examine().await.succeeds();
    assert!(said.contains("warning") && said.contains("can be read by others"), "{said}");
}

#[tokio::test]
async fn a_port_that_another_program_has_is_named_and_wards_own_is_not() {
    let patient = Patient::sound().await;
    let listener = std::net::TcpListener::bind(&patient.listen).unwrap();
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            drop(stream);
        }
    });
    patient.examine().await.fails(&["another program listens on"]);
    let ward = patient.home.start_guests(ASSEMBLY, &[]).await;
    let said = patient.examine_with(&[("WARD_LISTEN", ward.address())]).await.succeeds();
    nothing_is_wrong(&said);
}

#[tokio::test]
async fn a_mount_without_a_plugin_is_named() {
    let patient = Patient::sound().await;
    let more = "\n[[mount]]\nplugin = \"nothing\"\npath = \"/nothing\"\ngrants = []\n";
    std::fs::write(patient.files.path().join("ward.toml"), format!("{ASSEMBLY}{more}")).unwrap();
    patient
        .examine()
        .await
        .fails(&["no version of the plugin `nothing` is active at /nothing", "`trusted_keys` is empty"]);
}

#[tokio::test]
async fn objects_and_components_that_are_gone_are_named() {
    let patient = Patient::new().await;
    let ward = patient.home.start_guests(ASSEMBLY, &[]).await;
    ward.at("/echo").send(ward.at("/echo").request(http::Method::POST, "/objects/made?bytes=1000")).await;
    ward.terminate().await;
    std::fs::remove_dir_all(patient.path("blobs/packages")).unwrap();
    patient.examine().await.fails(&["2 installed components are missing or damaged"]);
}

#[tokio::test]
async fn dead_jobs_are_told() {
    let patient = Patient::new().await;
    let ward = patient.home.start_guests(ASSEMBLY, &[]).await;
    let worker = ward.at("/worker");
    let id = worker.post("/jobs", &json!({ "text": "x", "give_up": true })).await.expect(200).json()["id"].clone();
    let path = format!("/jobs/{}", id.as_str().unwrap());
    eventually("it is dead", || async { worker.get(&path).await.json()["state"] == "dead" }).await;
    ward.terminate().await;
    let said = patient.examine().await.succeeds();
    assert!(said.contains("1 jobs of `worker` are dead"), "{said}");
}

#[tokio::test]
async fn a_database_that_is_away_is_named() {
    let patient = Patient::sound().await;
    let away = [("WARD_DATABASE", "postgres://nobody@127.0.0.1:1/nothing")];
    patient.examine_with(&away).await.fails(&["the database cannot be reached"]);
}

#[tokio::test]
async fn a_database_of_a_later_version_is_named() {
    let patient = Patient::sound().await;
    let later = "INSERT INTO ward_migration (version, name, checksum, applied) VALUES (9999, 'later', 'x', 0)";
    patient.home.host_sql(later).await;
    patient.examine().await.fails(&["a later version of Ward"]);
    patient.home.host_sql("DELETE FROM ward_migration WHERE version = 9999").await;
    patient.home.host_sql("UPDATE ward_migration SET checksum = 'x' WHERE version = 1").await;
    patient.examine().await.fails(&["migration 1 of the host is not the one that was applied"]);
}

#[tokio::test]
async fn a_weak_first_password_and_an_assembly_that_is_none_are_named() {
    let patient = Patient::sound().await;
    let said = patient.examine_with(&[("WARD_ADMIN_PASSWORD", "short")]).await.succeeds();
    assert!(said.contains("`admin_password` has fewer than 12 characters") && !said.contains("short"), "{said}");
    patient.examine_with(&[("WARD_LISTEN", "nowhere")]).await.fails(&["WARD_LISTEN"]);
    patient.examine_with(&[("WARD_TIME_ZONE", "Mars/Olympus")]).await.fails(&["time_zone"]);
}

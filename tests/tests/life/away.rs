//! The database or the disk is away while plugins change: the version before serves.

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _};
use ward_tests::process::Home;
use ward_tests::{PASSWORD, shifting, ward::eventually};

use crate::stage::{SIGNER, Stage, key, refusal, says, sign_in};

#[tokio::test]
async fn a_database_that_is_gone_before_a_change_is_named() {
    let stage = Stage::serving_one().await;
    if !stage.ward.database().is_postgres() {
        return;
    }
    stage.install_version("1.1.0", &Value::Null).await.expect(201);
    stage.ward.database().cut().await;
    for answer in
        [stage.install_version("1.2.0", &Value::Null).await, stage.activate("1.1.0").await, stage.rollback().await]
    {
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert!(answer.json()["error"]["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    }
    assert_eq!(stage.version().await, "1.0.0");
    stage.ward.database().restore().await;
    eventually("changes are possible again", || async { stage.activate("1.1.0").await.status == 200 }).await;
}

#[tokio::test]
async fn a_database_that_goes_while_it_migrates_leaves_the_schema_as_it_was() {
    let stage = Stage::serving_one().await;
    if !stage.ward.database().is_postgres() {
        return;
    }
    let slow = json!([shifting::NOTE, "CREATE TABLE second (id BIGINT)", "SELECT pg_sleep(60)"]);
    stage.install_version("1.1.0", &json!({ "migrations": slow })).await.expect(201);
    let cut = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        stage.ward.database().cut().await;
    };
    let (answer, ()) = tokio::join!(stage.activate("1.1.0"), cut);
    assert_eq!(refusal(&answer.expect(503)).0, "migrate");
    assert_eq!(stage.version().await, "1.0.0");
    stage.ward.database().restore().await;
    let sound = json!([shifting::NOTE, "CREATE TABLE second (id BIGINT)"]);
    eventually("the next version is installed", || async {
        stage.install_version("1.2.0", &json!({ "migrations": sound })).await.status == 201
    })
    .await;
    stage.activate("1.2.0").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_at_any_moment_leaves_one_version_that_serves() {
    let stage = Stage::serving_one().await;
    if !stage.ward.database().is_postgres() {
        return;
    }
    stage.install_version("1.1.0", &Value::Null).await.expect(201);
    for (turn, wait) in [0, 5, 10, 20, 30, 45, 60, 80, 120].into_iter().enumerate() {
        let cut = async {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            stage.ward.database().cut().await;
        };
        let (answer, ()) = tokio::join!(stage.activate(["1.1.0", "1.0.0"][turn % 2]), cut);
        assert!([200, 503].contains(&answer.status), "{}", answer.text());
        assert!(["1.0.0", "1.1.0"].contains(&stage.version().await.as_str()));
        stage.ward.database().restore().await;
        eventually("what is active serves", || async {
            let answer = stage.admin.get("/plugins").await;
            answer.status == 200 && {
                let mount = &answer.json()["mounts"][0];
                mount["active"] == mount["serving"]
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_database_that_another_process_locks_is_named() {
    let stage = Stage::serving_one().await;
    if stage.ward.database().is_postgres() {
        return;
    }
    stage.install_version("1.1.0", &Value::Null).await.expect(201);
    let lock = async |file: &str| {
        let url = format!("sqlite:{}", stage.ward.data().join(file).display());
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        connection.execute("BEGIN EXCLUSIVE").await.unwrap();
        connection
    };
    let hosts = lock("ward.db").await;
    says(&stage.install_version("1.2.0", &Value::Null).await.expect(503), "record", &["busy"]);
    says(&stage.activate("1.1.0").await.expect(503), "record", &["busy"]);
    hosts.close().await.unwrap();
    let plugins = lock("db/shifting.db").await;
    says(&stage.activate("1.1.0").await.expect(503), "migrate", &["busy"]);
    assert_eq!((stage.version().await.as_str(), stage.mount().await["active"].as_str()), ("1.0.0", Some("1.0.0")));
    plugins.close().await.unwrap();
    stage.activate("1.1.0").await.expect(200);
}

#[tokio::test]
async fn a_disk_that_is_full_is_named() {
    let home = Home::new().await;
    let key = key();
    let config = home.data().with_file_name("ward.toml");
    let text = format!(
        "[trusted_keys]\n{SIGNER} = {:?}\n[[mount]]\nplugin = \"shifting\"\npath = \"/shifting\"\ngrants = [\"sql\"]\n",
        key.public()
    );
    std::fs::write(&config, text).unwrap();
    let variables = [("WARD_CONFIG", config.to_str().unwrap()), ("WARD_ADMIN_PASSWORD", PASSWORD)];
    let server = home.start_cramped(32 << 10, &variables).await;
    let admin = sign_in(&server.at("/_ward"), "admin", PASSWORD).await;
    let install = async |component: Vec<u8>| {
        let request = admin.request(http::Method::POST, "/plugins").header("x-ward-signature", key.sign(&component));
        admin.send(request.body(component)).await
    };
    install(shifting::version("1.0.0", &Value::Null)).await.expect(201);
    admin.send(admin.request(http::Method::POST, "/plugins/shifting/versions/1.0.0/activate")).await.expect(200);
    let large = shifting::padded(shifting::version("1.1.0", &Value::Null), 64 << 20);
    says(&install(large).await.expect(503), "receive", &["blob store"]);
    assert_eq!(server.at("/shifting").get("/version").await.expect(200).text(), "1.0.0");
    let packages = admin.get("/plugins").await.expect(200).json()["packages"].clone();
    assert_eq!(packages.as_array().unwrap().len(), 1);
    let staging = std::fs::read_dir(home.data().join("blobs/staging")).unwrap().count();
    assert_eq!(staging, 0, "nothing is left of it");
}

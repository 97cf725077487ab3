//! `ward key` and `ward plugin`, as an operator types them.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use ward::signature::SigningKey;
use ward_tests::{PASSWORD, Ward, artefacts, shifting};

use crate::stage::Stage;

/// A terminal in a directory of its own.
struct Terminal {
    directory: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command left behind.
struct Outcome {
    code: i32,
    said: String,
}

impl Outcome {
    #[track_caller]
    fn succeeds(self) -> String {
        assert_eq!(self.code, 0, "{}", self.said);
        self.said
    }

    #[track_caller]
    fn fails(self, words: &[&str]) {
        assert_eq!(self.code, 1, "{}", self.said);
        assert!(words.iter().all(|word| self.said.contains(word)), "{words:?} not in: {}", self.said);
    }
}

impl Terminal {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// Signed in to a server.
    fn at(ward: &Ward) -> Self {
        let variables = [("WARD_URL", format!("http://{}", ward.address())), ("WARD_PASSWORD", PASSWORD.to_owned())];
        let variables = variables.map(|(name, value)| (name.to_owned(), value));
        Self { variables: variables.to_vec(), ..Self::new() }
    }

    fn file(&self, name: &str, content: &[u8]) {
        std::fs::write(self.directory.path().join(name), content).unwrap();
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    async fn run(&self, line: &str) -> Outcome {
        let mut command = tokio::process::Command::new(artefacts::binary());
        command.args(line.split_whitespace()).current_dir(self.path()).stdin(std::process::Stdio::null());
        let output = command.envs(self.variables.iter().cloned()).output().await.unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        Outcome { code: output.status.code().unwrap(), said }
    }
}

#[tokio::test]
async fn a_version_goes_from_the_key_to_the_rollback() {
    let terminal = Terminal::new();
    terminal.run("key new vendor.pem").await.succeeds();
    let key = SigningKey::from_pem(&std::fs::read_to_string(terminal.path().join("vendor.pem")).unwrap()).unwrap();
    let stage = Stage::of(Ward::builder().without_plugins().guest("shifting", &["sql"]), key).await;
    let terminal = Terminal { variables: Terminal::at(&stage.ward).variables, ..terminal };
    for version in ["1.0.0", "1.1.0"] {
        let file = format!("{version}.wasm");
        terminal.file(&file, &shifting::version(version, &Value::Null));
        terminal.run(&format!("plugin sign {file} --key vendor.pem")).await.succeeds();
    }
    let said = terminal.run("plugin install 1.0.0.wasm --activate").await.succeeds();
    assert!(said.contains("signed by vendor") && said.contains("1.0.0 serves"), "{said}");
    terminal.run("plugin install 1.1.0.wasm").await.succeeds();
    assert_eq!(stage.version().await, "1.0.0");
    terminal.run("plugin activate shifting 1.1.0").await.succeeds();
    assert_eq!(stage.version().await, "1.1.0");
    let list = terminal.run("plugin list").await.succeeds();
    assert!(list.contains("1.1.0") && list.contains("/shifting") && list.contains("vendor"), "{list}");
    terminal.run("plugin rollback shifting").await.succeeds();
    assert_eq!(stage.version().await, "1.0.0");
    terminal.run("plugin remove shifting").await.succeeds();
    stage.ward.at("/shifting").get("/version").await.expect(503);
    terminal.run("plugin rollback shifting").await.fails(&["no other version"]);
}

#[tokio::test]
async fn what_the_server_refuses_is_said_with_its_step() {
    let stage = Stage::serving_one().await;
    let terminal = Terminal::at(&stage.ward);
    terminal.file("unsigned.wasm", &shifting::version("1.1.0", &Value::Null));
    terminal.run("plugin install unsigned.wasm").await.fails(&["step `signature`", "not signed"]);
    let paths = json!({ "/version": { "get": { "operationId": "version", "responses": { "200": {} } } } });
    let breaking = json!({ "openapi": { "openapi": "3.1.0", "paths": paths } });
    stage.install_version("2.0.0", &breaking).await.expect(201);
    let refused = terminal.run("plugin activate shifting 2.0.0").await;
    refused.fails(&["step `contract`", "GET /count: the operation is gone"]);
    assert_eq!(stage.version().await, "1.0.0");
    terminal.run("plugin activate shifting 2.0.0 --accept-breaking").await.succeeds();
}

#[tokio::test]
async fn a_file_that_is_none_or_too_large_is_not_sent() {
    let stage = Stage::serving_one().await;
    let terminal = Terminal::at(&stage.ward);
    terminal.run("plugin install absent.wasm").await.fails(&["absent.wasm"]);
    std::fs::File::create(terminal.path().join("huge.wasm")).unwrap().set_len(2 << 30).unwrap();
    for line in ["plugin install huge.wasm", "plugin inspect huge.wasm"] {
        terminal.run(line).await.fails(&["2147483648 bytes", "at most 134217728"]);
    }
}

#[tokio::test]
async fn who_cannot_sign_in_is_told_why() {
    let stage = Stage::empty().await;
    let mut terminal = Terminal::at(&stage.ward);
    terminal.variables[1].1 = "wrong".into();
    terminal.run("plugin list").await.fails(&["wrong user name or password"]);
    terminal.variables.pop();
    terminal.run("plugin list").await.fails(&["WARD_TOKEN", "WARD_PASSWORD"]);
    terminal.variables.push(("WARD_TOKEN".into(), stage.admin.token().to_owned()));
    terminal.run("plugin list").await.succeeds();
    terminal.variables[0].1 = "http://127.0.0.1:1".into();
    terminal.run("plugin list").await.fails(&["no server answers"]);
}

#[tokio::test]
async fn inspect_says_in_plain_words_what_a_plugin_can_touch() {
    let terminal = Terminal::new();
    terminal.file("a.wasm", &shifting::version("1.0.0", &Value::Null));
    let said = terminal.run("plugin inspect a.wasm").await.succeeds();
    for word in ["shifting 1.0.0", "not signed", "reads and writes rows", "works with schemas 1 to 1", "version"] {
        assert!(said.contains(word), "{word} not in: {said}");
    }
    terminal.file("b.wasm", b"no");
    terminal.run("plugin inspect b.wasm").await.fails(&["not WebAssembly"]);
}

#[tokio::test]
async fn diff_fails_where_something_breaks() {
    let terminal = Terminal::new();
    terminal.file("old.wasm", &shifting::version("1.0.0", &Value::Null));
    terminal.file("new.json", br#"{ "openapi": "3.1.0", "paths": {} }"#);
    terminal
        .run("plugin diff old.wasm new.json")
        .await
        .fails(&["GET /count: the operation is gone", "4 of the changes"]);
    let said = terminal.run("plugin diff new.json old.wasm").await.succeeds();
    assert!(said.contains("the operation is new"), "{said}");
    let said = terminal.run("plugin diff old.wasm old.wasm").await.succeeds();
    assert!(said.contains("Nothing changes"), "{said}");
}

#[tokio::test]
async fn a_key_is_not_overwritten() {
    let terminal = Terminal::new();
    let said = terminal.run("key new vendor.pem").await.succeeds();
    assert!(said.contains("[trusted_keys]"), "{said}");
    terminal.run("key new vendor.pem").await.fails(&["vendor.pem"]);
    terminal.file("bad.pem", b"no key");
    terminal.file("a.wasm", b"whatever");
    terminal.run("plugin sign a.wasm --key bad.pem").await.fails(&["Ed25519"]);
}

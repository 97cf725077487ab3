//! Starting.

use ward_tests::process::Home;
use ward_tests::{Ward, artefacts};

#[tokio::test]
async fn the_first_start_says_where_it_is_and_how_to_sign_in() {
    let home = Home::new().await;
    let server = home.start_with(&[]).await;
    let printed = &server.printed;
    assert!(printed.contains(server.address()), "{printed}");
    assert!(printed.contains("/pacs") && printed.contains("/docs"), "{printed}");
    let row = |name: &str| printed.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim);
    assert_eq!(row("user name"), Some("admin"), "{printed}");
    let password = row("password").unwrap_or_else(|| panic!("no password: {printed}"));
    server.at("/pacs").sign_in("admin", password).await.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn the_second_start_has_the_same_data_and_tells_no_password() {
    let home = Home::new().await;
    let first = home.start().await;
    let admin = first.admin().await;
    let token = admin.token().to_owned();
    admin.centre("North").await;
    first.kill().await;

    let second = home.start_with(&[]).await;
    assert!(!second.printed.to_lowercase().contains("password"), "{}", second.printed);
    let again = second.at("/pacs").with_token(token);
    assert_eq!(again.get("/centres").await.expect(200).list().len(), 1);
    second.admin().await.get("/auth/me").await.expect(200);
    println!("start with compiled plugins: {} ms", second.start_time.as_millis());
}

#[tokio::test]
async fn a_password_in_the_environment_changes_no_account_that_exists() {
    let home = Home::new().await;
    home.start().await.kill().await;
    let server = home.start_with(&[("WARD_ADMIN_PASSWORD", "another password")]).await;
    let form = [("username", "admin"), ("password", "another password")];
    server.at("/pacs").post_form("/auth/token", &form).await.expect(401);
    server.admin().await.get("/auth/me").await.expect(200);
}

#[tokio::test]
async fn an_import_that_is_not_granted_is_named_at_the_start() {
    let refused =
        Ward::builder().configure_pacs(|mount| mount.grants.retain(|grant| grant != "blobs")).try_start().await;
    let error = format!("{:#}", refused.err().expect("PACS needs blobs"));
    assert!(error.contains("blobs") && error.contains("pacs"), "{error}");
}

#[tokio::test]
async fn a_plugin_that_is_not_there_is_named_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let config = "[[mount]]\nplugin = \"absent\"\npath = \"/absent\"\nunsigned = true\n";
    let output = refused_start(directory.path(), config).await;
    assert!(output.contains("absent"), "{output}");
}

#[tokio::test]
async fn a_key_that_is_unknown_is_named_with_its_line() {
    let directory = tempfile::tempdir().unwrap();
    let output = refused_start(directory.path(), "log = \"info\"\nlisten_on = \"127.0.0.1:0\"\n").await;
    assert!(output.contains("listen_on") && output.contains("line 2"), "{output}");
}

/// What `ward serve` says when it does not start with this `ward.toml`.
async fn refused_start(directory: &std::path::Path, config: &str) -> String {
    std::fs::write(directory.join("ward.toml"), config).unwrap();
    let output = tokio::process::Command::new(artefacts::binary())
        .arg("serve")
        .current_dir(directory)
        .env("WARD_LISTEN", "127.0.0.1:0")
        .env("WARD_DATA", directory.join("data"))
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(std::time::Duration::from_mins(1), output).await.expect("it ends").unwrap();
    assert!(!output.status.success());
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[tokio::test]
async fn help_names_every_command() {
    let output = tokio::process::Command::new(artefacts::binary()).arg("--help").output().await.unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && help.contains("serve"), "{help}");
    let serve = tokio::process::Command::new(artefacts::binary()).args(["serve", "--help"]).output().await.unwrap();
    assert!(serve.status.success());
}

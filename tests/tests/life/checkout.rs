//! Development: a mount that is `unsigned` takes new builds over at a start.

use std::path::Path;

use http::Method;
use serde_json::Value;
use ward_tests::process::{Home, WardProcess};
use ward_tests::{PASSWORD, shifting};

use crate::stage::sign_in;

/// A home with a `ward.toml` and a directory of builds.
struct Checkout {
    home: Home,
    config: String,
    builds: String,
}

impl Checkout {
    async fn new() -> Self {
        let home = Home::new().await;
        let place = |name: &str| home.data().with_file_name(name).display().to_string();
        let (config, builds) = (place("ward.toml"), place("builds"));
        std::fs::create_dir_all(&builds).unwrap();
        let mount = "[[mount]]\nplugin = \"shifting\"\npath = \"/shifting\"\nunsigned = true\ngrants = [\"sql\"]\n";
        std::fs::write(&config, mount).unwrap();
        Self { home, config, builds }
    }

    fn build(&self, version: &str) {
        std::fs::write(Path::new(&self.builds).join("shifting.wasm"), shifting::version(version, &Value::Null))
            .unwrap();
    }

    async fn start(&self) -> WardProcess {
        let variables =
            [("WARD_CONFIG", &*self.config), ("WARD_PLUGINS", &*self.builds), ("WARD_ADMIN_PASSWORD", PASSWORD)];
        self.home.start_with(&variables).await
    }
}

async fn version(server: &WardProcess) -> String {
    server.at("/shifting").get("/version").await.expect(200).text()
}

#[tokio::test]
async fn a_new_build_is_taken_over_and_an_old_one_is_not_taken_again() {
    let checkout = Checkout::new().await;
    checkout.build("1.0.0");
    let server = checkout.start().await;
    assert_eq!(version(&server).await, "1.0.0");
    server.kill().await;

    checkout.build("1.1.0");
    let server = checkout.start().await;
    assert_eq!(version(&server).await, "1.1.0");
    let admin = sign_in(&server.at("/_ward"), "admin", PASSWORD).await;
    let mount = admin.get("/plugins").await.expect(200).json()["mounts"][0].clone();
    assert!(mount["active"].as_str().unwrap().starts_with("1.1.0+dev."), "{mount}");
    admin.send(admin.request(Method::POST, "/plugins/shifting/rollback")).await.expect(200);
    server.kill().await;

    let server = checkout.start().await;
    assert_eq!(version(&server).await, "1.0.0", "what was rolled back stays so");
    server.kill().await;

    checkout.build("1.2.0");
    let server = checkout.start().await;
    assert_eq!(version(&server).await, "1.2.0");
    let admin = sign_in(&server.at("/_ward"), "admin", PASSWORD).await;
    let packages = admin.get("/plugins").await.expect(200).json()["packages"].clone();
    // What serves, and what a rollback leads to; older builds are gone.
    assert_eq!(packages.as_array().unwrap().len(), 2, "{packages}");
}

#[tokio::test]
async fn without_the_file_what_was_active_serves() {
    let checkout = Checkout::new().await;
    checkout.build("1.0.0");
    checkout.start().await.kill().await;
    std::fs::remove_file(Path::new(&checkout.builds).join("shifting.wasm")).unwrap();
    assert_eq!(version(&checkout.start().await).await, "1.0.0");
}

#[tokio::test]
async fn what_was_unsigned_does_not_serve_where_signatures_are_wanted() {
    let checkout = Checkout::new().await;
    checkout.build("1.0.0");
    checkout.start().await.kill().await;
    let config = std::fs::read_to_string(&checkout.config).unwrap();
    std::fs::write(&checkout.config, config.replace("unsigned = true\n", "")).unwrap();
    let output = tokio::process::Command::new(ward_tests::artefacts::binary())
        .arg("serve")
        .env("WARD_CONFIG", &checkout.config)
        .env("WARD_DATA", checkout.home.data())
        .env("WARD_DATABASE", checkout.home.database())
        .env("WARD_LISTEN", "127.0.0.1:0")
        .output();
    let output = tokio::time::timeout(std::time::Duration::from_mins(1), output).await.expect("it ends").unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("not signed") && said.contains("shifting"), "{said}");
}

//! The product, started in this process, with a database and a data directory of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::oneshot;
use ward::app::App;
use ward::assembly::{Assembly, Mount, Secret, Switch};
use ward::clock::Clock;

use crate::database::TestDatabase;
use crate::{Api, artefacts, log};

/// The administrator's password in every test.
pub const PASSWORD: &str = "the administrator's password";

/// A running server. It ends with the test.
pub struct Ward {
    app: Arc<App>,
    address: std::net::SocketAddr,
    // Dropped in this order: the server, its database, its files.
    stop: Option<oneshot::Sender<()>>,
    database: TestDatabase,
    home: TempDir,
}

impl Ward {
    /// Starts the default assembly: what a new user gets, without rate limits.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// Starts something else.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// The application.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The database that it uses.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Runs a statement in a plugin's own schema, behind the plugin's back.
    pub async fn sql(&self, domain: &str, statement: &str) -> anyhow::Result<()> {
        self.database.run(&self.data(), domain, statement).await
    }

    /// The number that a statement gives in a plugin's own schema, behind the plugin's back.
    pub async fn number(&self, domain: &str, statement: &str) -> i64 {
        let number = self.database.number(&self.data(), domain, statement).await;
        number.unwrap_or_else(|error| panic!("{statement}: {error:?}"))
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Tells the server to stop, and goes on while it does.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A server that has ended already has nobody listening.
            let _ = stop.send(());
        }
    }

    /// A client of what is mounted at `prefix`, signed in as nobody.
    pub fn at(&self, prefix: &str) -> Api {
        Api::new(format!("http://{}{prefix}", self.address))
    }

    /// A client of the PACS API, signed in as nobody.
    pub fn anonymous(&self) -> Api {
        self.at("/pacs")
    }

    /// A client of the PACS API, signed in as the administrator.
    pub async fn admin(&self) -> Api {
        self.anonymous().sign_in("admin", PASSWORD).await
    }
}

impl Drop for Ward {
    fn drop(&mut self) {
        Self::stop(self);
    }
}

/// What to start.
pub struct Builder {
    assembly: Assembly,
    clock: Clock,
    home: TempDir,
    database: Option<TestDatabase>,
}

impl Builder {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let mut assembly = default_assembly();
        assembly.listen = ([127, 0, 0, 1], 0).into();
        assembly.data = home.path().join("data");
        assembly.plugins = home.path().join("plugins");
        assembly.site_policies = home.path().join("site");
        assembly.admin_password = Secret(PASSWORD.to_owned());
        assembly.rate_limit = Switch::Off;
        std::fs::create_dir(&assembly.plugins).expect("a place to write");
        Self { assembly, clock: ward::clock::system(), home, database: None }
    }

    /// Changes the assembly.
    #[must_use]
    pub fn configure(mut self, change: impl FnOnce(&mut Assembly)) -> Self {
        change(&mut self.assembly);
        self
    }

    /// Changes the PACS mount.
    #[must_use]
    pub fn configure_pacs(self, change: impl FnOnce(&mut Mount)) -> Self {
        self.configure(|assembly| {
            change(assembly.mounts.iter_mut().find(|mount| mount.plugin == "pacs").expect("PACS is mounted"));
        })
    }

    /// Mounts one of the tests' guests at `/<name>`, with these grants.
    #[must_use]
    pub fn guest(self, name: &str, grants: &[&str]) -> Self {
        self.configure(|assembly| assembly.mounts.push(mount(name, grants)))
    }

    /// Mounts nothing but what is added from here on.
    #[must_use]
    pub fn without_plugins(self) -> Self {
        self.configure(|assembly| assembly.mounts.clear())
    }

    /// Adds a policy file of the hospital to a domain.
    #[must_use]
    pub fn site_policy(self, domain: &str, file: &str, text: &str) -> Self {
        let directory = self.home.path().join("site").join(domain);
        std::fs::create_dir_all(&directory).expect("a place to write");
        std::fs::write(directory.join(file), text).expect("a place to write");
        self
    }

    /// Makes it another node of a server: the same database (PostgreSQL) and the same blobs.
    #[must_use]
    pub fn beside(mut self, first: &Ward) -> Self {
        self.database = Some(first.database.shared());
        self.configure(|assembly| assembly.blobs = first.data().join("blobs").display().to_string())
    }

    /// Takes the time from here.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Starts it.
    pub async fn start(self) -> Ward {
        self.try_start().await.unwrap_or_else(|error| panic!("Ward does not start: {error:?}"))
    }

    /// Starts it, or says why that is impossible.
    pub async fn try_start(self) -> anyhow::Result<Ward> {
        // One at a time: the first compiles the plugins, the others find them compiled.
        static STARTING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        log::keep();
        let Self { mut assembly, clock, home, database } = self;
        let database = match database {
            Some(shared) => shared,
            None => TestDatabase::create().await,
        };
        assembly.database.clone_from(&database.url);
        place_components(&assembly)?;
        let app = {
            let _one = STARTING.lock().await;
            let cache = SharedCache::open(&assembly.data)?;
            let app = App::open_at(assembly.clone(), clock).await?;
            cache.keep()?;
            app
        };
        let listener = tokio::net::TcpListener::bind(assembly.listen).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let serving = app.clone();
        tokio::spawn(async move {
            let shutdown = async {
                let _ = stopped.await;
            };
            serving.serve(listener, shutdown).await
        });
        Ok(Ward { app, address, stop: Some(stop), database, home })
    }
}

/// The repository's own `ward.toml`, so that what is shipped is what is tested.
fn default_assembly() -> Assembly {
    let file = artefacts::root().join("ward.toml");
    Assembly::load(Some(&file), []).unwrap_or_else(|error| panic!("{error:?}"))
}

/// A mount at `/<name>`.
pub fn mount(name: &str, grants: &[&str]) -> Mount {
    let grants: Vec<&str> = grants.to_vec();
    toml::from_str(&format!("plugin = {name:?}\npath = \"/{name}\"\nunsigned = true\ngrants = {grants:?}"))
        .expect("a mount")
}

/// Puts the components of the mounts where the assembly looks for them.
fn place_components(assembly: &Assembly) -> anyhow::Result<()> {
    for mount in &assembly.mounts {
        let file = format!("{}.wasm", mount.plugin);
        let to = assembly.plugins.join(&file);
        if to.exists() {
            continue;
        }
        let built = [artefacts::plugins(), artefacts::guests()].map(|directory| directory.join(&file));
        match built.iter().find(|path| path.exists()) {
            Some(from) => drop(std::fs::copy(from, to)?),
            None => std::fs::write(to, hand_written(&mount.plugin)?)?,
        }
    }
    Ok(())
}

/// A guest that no compiler would write.
fn hand_written(name: &str) -> anyhow::Result<Vec<u8>> {
    let file = name.replace('-', "_");
    anyhow::ensure!(ward_guests::lying::names()?.contains(&file), "{name} is not built: cargo xtask build --guests");
    ward_guests::lying::component(&file)
}

/// Compiled plugins, shared by all tests. A server trusts only what its own key has signed: all get
/// the same key.
pub struct SharedCache {
    shared: PathBuf,
    own: PathBuf,
}

impl SharedCache {
    /// Gives the server of `data` the artefacts that there are.
    pub fn open(data: &Path) -> std::io::Result<Self> {
        let shared = artefacts::cache();
        private_directory(&shared)?;
        let keys = data.join("keys");
        let own = data.join("cache");
        private_directory(&keys)?;
        private_directory(&own)?;
        let key = shared.join("cache.key");
        if !key.exists() {
            write_key(&key)?;
        }
        std::fs::copy(&key, keys.join("cache.key"))?;
        link_all(&shared, &own)?;
        Ok(Self { shared, own })
    }

    /// Keeps the artefacts that this server has made.
    pub fn keep(&self) -> std::io::Result<()> {
        link_all(&self.own, &self.shared)
    }
}

fn write_key(key: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let draft = key.with_extension(uuid::Uuid::new_v4().simple().to_string());
    let random = [uuid::Uuid::new_v4().into_bytes(), uuid::Uuid::new_v4().into_bytes()].concat();
    std::fs::write(&draft, random)?;
    std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o600))?;
    // The first of two processes wins.
    let _ = std::fs::hard_link(&draft, key);
    std::fs::remove_file(draft)
}

fn link_all(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "cwasm") {
            match std::fs::hard_link(entry.path(), to.join(entry.file_name())) {
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

fn private_directory(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Waits until `condition` holds; fails after a minute.
pub async fn eventually<F>(what: &str, condition: impl Fn() -> F)
where
    F: Future<Output = bool>,
{
    for _ in 0..1_200 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("still not: {what}");
}

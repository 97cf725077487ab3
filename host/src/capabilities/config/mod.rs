//! `ward:plugin/config`: what the assembly sets for a mount.

mod files;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use wasmtime::component::{HasData, Linker};
use wasmtime::{Result, bail};

use self::bindings::ward::plugin::config::FileError;
use crate::assembly::Secret;

mod bindings {
    #![allow(clippy::pedantic, reason = "generated from the WIT files, which document it")]
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "package ward:host; world w { import ward:plugin/config@0.1.0; }",
        imports: { "ward:plugin/config.file": async | trappable, default: trappable },
    });
}

/// What one mount is set to.
#[derive(Debug, Default)]
pub struct Values {
    /// Plain settings by name.
    pub settings: BTreeMap<String, String>,
    /// Secrets by name; never logged.
    pub secrets: BTreeMap<String, Secret>,
    /// The directory whose files it may read.
    pub files: Option<PathBuf>,
}

/// The state of one instance.
#[derive(Debug, Default)]
pub struct ConfigCtx {
    /// Nothing where the capability is not granted.
    pub values: Option<Arc<Values>>,
}

/// The state, borrowed for one call.
pub struct View<'a> {
    /// The instance's state.
    pub ctx: &'a mut ConfigCtx,
}

struct Config;

impl HasData for Config {
    type Data<'a> = View<'a>;
}

/// Links the interface.
///
/// # Errors
/// The linker has it already.
pub fn add_to_linker<T: Send + 'static>(linker: &mut Linker<T>, view: fn(&mut T) -> View<'_>) -> Result<()> {
    bindings::ward::plugin::config::add_to_linker::<T, Config>(linker, view)
}

impl View<'_> {
    /// The interface has no error to say it with; an ungranted import does not get past installation anyway.
    fn granted(&self) -> Result<&Values> {
        match &self.ctx.values {
            Some(values) => Ok(values),
            None => bail!("the capability `config` is not granted to this plugin"),
        }
    }
}

impl bindings::ward::plugin::config::Host for View<'_> {
    fn setting(&mut self, name: String) -> Result<Option<String>> {
        Ok(self.granted()?.settings.get(&name).cloned())
    }

    fn secret(&mut self, name: String) -> Result<Option<String>> {
        Ok(self.granted()?.secrets.get(&name).map(|secret| secret.0.clone()))
    }

    async fn file(&mut self, name: String) -> Result<Result<Vec<u8>, FileError>> {
        let directory = self.granted()?.files.clone();
        Ok(files::read(directory, &name).await)
    }
}

#[cfg(test)]
mod tests {
    use super::bindings::ward::plugin::config::Host;
    use super::*;

    fn ctx() -> ConfigCtx {
        let settings = BTreeMap::from([("title".to_owned(), "影像中心".to_owned())]);
        let secrets = BTreeMap::from([("key".to_owned(), Secret("s3cret".to_owned()))]);
        ConfigCtx { values: Some(Arc::new(Values { settings, secrets, files: None })) }
    }

    #[test]
    fn settings_and_secrets_are_two_things() {
        let mut ctx = ctx();
        let mut view = View { ctx: &mut ctx };
        assert_eq!(view.setting("title".into()).unwrap(), Some("影像中心".into()));
        assert_eq!(view.secret("key".into()).unwrap(), Some("s3cret".into()));
        assert_eq!(view.setting("key".into()).unwrap(), None);
        assert_eq!(view.secret("title".into()).unwrap(), None);
    }

    #[test]
    fn what_is_not_granted_traps_with_its_name() {
        let mut ctx = ConfigCtx::default();
        let mut view = View { ctx: &mut ctx };
        assert!(view.setting("title".into()).unwrap_err().to_string().contains("`config`"));
        assert!(view.secret("key".into()).unwrap_err().to_string().contains("`config`"));
    }

    #[tokio::test]
    async fn files_need_the_grant_too() {
        let mut ctx = ConfigCtx::default();
        let mut view = View { ctx: &mut ctx };
        assert!(view.file("all.json".into()).await.unwrap_err().to_string().contains("`config`"));
    }

    #[test]
    fn secrets_are_not_printed() {
        assert!(!format!("{:?}", ctx()).contains("s3cret"));
    }
}

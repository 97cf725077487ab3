//! Limits of a request's lines, and what a line carries.

use std::io::Write;
use std::sync::Mutex;

use tracing_subscriber::fmt::MakeWriter;

use super::bindings::ward::plugin::log::Host;
use super::*;

/// A log that is kept in memory.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Kept;

    fn make_writer(&'a self) -> Kept {
        self.clone()
    }
}

/// The lines that `work` leaves in the log.
fn lines(work: impl FnOnce()) -> Vec<serde_json::Value> {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt().json().with_max_level(tracing::Level::DEBUG).with_writer(kept.clone());
    tracing::subscriber::with_default(subscriber.finish(), work);
    let bytes = kept.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ctx(granted: bool) -> LogCtx {
    LogCtx::new(granted, "hello".into(), "r-1".into())
}

#[test]
fn a_line_carries_plugin_request_and_level() {
    let lines = lines(|| {
        let mut ctx = ctx(true);
        View { ctx: &mut ctx }.write(Level::Warn, "two\nlines".into()).unwrap();
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["target"], "ward::plugin");
    assert_eq!(lines[0]["level"], "WARN");
    assert_eq!(lines[0]["fields"]["plugin"], "hello");
    assert_eq!(lines[0]["fields"]["request_id"], "r-1");
    assert_eq!(lines[0]["fields"]["message"], "two\\nlines");
}

#[test]
fn lines_over_the_limit_are_dropped_and_counted() {
    let lines = lines(|| {
        let mut ctx = ctx(true);
        for number in 0..250 {
            View { ctx: &mut ctx }.write(Level::Info, format!("line {number}")).unwrap();
        }
    });
    assert_eq!(lines.len(), 101);
    assert_eq!(lines[99]["fields"]["message"], "line 99");
    assert!(lines[100]["fields"]["message"].as_str().unwrap().contains("150 were dropped"));
}

#[test]
fn what_is_not_granted_traps_and_writes_nothing() {
    let lines = lines(|| {
        let mut ctx = ctx(false);
        let error = View { ctx: &mut ctx }.write(Level::Error, "x".into()).unwrap_err();
        assert!(error.to_string().contains("`log`"));
    });
    assert!(lines.is_empty());
}

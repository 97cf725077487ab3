//! The server's log, kept so that a test can read what it says of a request.

use std::io;
use std::sync::{Mutex, OnceLock};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps the log of this process from now on; `WARD_TEST_LOG=1` also prints it.
pub fn keep() {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        let filter = EnvFilter::new("info,ward=debug");
        // Whoever came first has the log; then tests that read it say what they miss.
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Keeper).try_init();
    });
}

/// The lines that contain all of `parts`.
pub fn lines_with(parts: &[&str]) -> Vec<String> {
    let lines = LINES.lock().expect("no test panics while it writes the log");
    lines.iter().filter(|line| parts.iter().all(|part| line.contains(part))).cloned().collect()
}

struct Keeper;

impl<'a> MakeWriter<'a> for Keeper {
    type Writer = Keeper;
    fn make_writer(&'a self) -> Keeper {
        Keeper
    }
}

impl io::Write for Keeper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes).trim_end().to_owned();
        if std::env::var_os("WARD_TEST_LOG").is_some() {
            eprintln!("{line}");
        }
        LINES.lock().map_err(|_| io::Error::other("the log is poisoned"))?.push(line);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! The measurements of `cargo xtask bench`: what is compared is measured in one run, on one machine.
//!
//! `tests/bench/README.md` says how to read them.

#![expect(clippy::print_stdout, reason = "the tables are what this program is for")]

mod accounts;
mod booking;
mod catalogue;
mod dicom;
mod fetch;
mod http;
mod orthanc;
mod process;
mod pyradiomics;
mod radiomics;
mod start;
mod statistics;
mod table;
mod wrk;

use anyhow::{Result, bail};

/// What can be measured, in this order.
const PARTS: [&str; 9] =
    ["process", "http", "dicom", "accounts", "catalogue", "booking", "statistics", "start", "radiomics"];

#[tokio::main]
async fn main() -> Result<()> {
    log_as_the_product_does()?;
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|name| name == part);
    if let Some(unknown) = wanted.iter().find(|name| !PARTS.contains(&name.as_str())) {
        bail!("no part {unknown}: {}", PARTS.join(", "));
    }
    if is_wanted("process") {
        process::run().await?.print();
    }
    if is_wanted("http") {
        http::run().await?.print();
    }
    if is_wanted("dicom") {
        dicom::run().await?.print();
    }
    if is_wanted("accounts") {
        accounts::run().await?.print();
    }
    if is_wanted("catalogue") {
        catalogue::run().await?.print();
    }
    if is_wanted("booking") {
        booking::run().await?.print();
    }
    if is_wanted("statistics") {
        statistics::run().await?.print();
    }
    if is_wanted("start") {
        start::run().await?.print();
    }
    if is_wanted("radiomics") {
        radiomics::run().await?.print();
    }
    Ok(())
}

/// A line for each request, formatted and written as `ward serve` does it, to where nobody reads it.
fn log_as_the_product_does() -> Result<()> {
    let nowhere = std::fs::File::options().write(true).open("/dev/null")?;
    tracing_subscriber::fmt()
        .with_env_filter("info")
        .with_ansi(false)
        .with_writer(std::sync::Mutex::new(nowhere))
        .init();
    Ok(())
}

//! `POST /crawler/schedules/run` and `/crawler/schedules/import`.

use std::io::Read as _;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use ward_sdk::config::{self, FileError};
use ward_sdk::{File, Multipart};

use crate::answer::{Answer, ok};
use crate::api::docs::{Refusals, UploadRefusals};
use crate::clock::Now;
use crate::domain::timetable::Timetable;
use crate::failure::Failure;
use crate::imports::{self, ImportStats};
use crate::input::{Bool, Fields, Query, Read};

/// The file that is imported.
const NAME: &str = "all.json";

/// How large it may be.
const LARGEST: u64 = 16 * 1024 * 1024;

/// What an import did.
#[derive(Serialize, ToSchema)]
pub struct Imported {
    /// What the crawler did; `null` where it did not run.
    crawl_stats: Option<CrawlStats>,
    /// Items of the file.
    merge_count: usize,
    import_stats: ImportStats,
}

/// What a crawler did.
#[derive(Serialize, ToSchema)]
pub struct CrawlStats {
    /// Doctors whose timetable was fetched.
    success: usize,
    /// Doctors in all.
    total: usize,
    /// Where their timetables lie.
    output_dir: String,
}

/// Whether to fetch at all.
pub struct Asked {
    skip_crawl: bool,
}

impl Read for Asked {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { skip_crawl: fields.optional("skip_crawl", &Bool)?.unwrap_or(false) })
    }
}

/// Import the timetable of the hospital's site
///
/// `skip_crawl=true` imports the file `all.json` of the directory that the assembly gives this API (`files`).
/// Fetching from the site needs a grant for outgoing requests, which this API does not have: without
/// `skip_crawl=true` it is refused. Importing a file twice changes nothing the second time.
#[utoipa::path(
    post, path = "/crawler/schedules/run", operation_id = "run_crawler", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    params(("skip_crawl" = Option<bool>, Query, description = "Import what is there (false)")),
    responses((status = 200, description = "What was imported", body = Answer<Imported>), Refusals)
)]
pub async fn run_crawler(now: Now, Query(asked): Query<Asked>) -> Result<Answer<Imported>, Failure> {
    if !asked.skip_crawl {
        return Err(Failure::business("未授权访问外部网站，无法爬取；请使用 skip_crawl=true 或上传 all.json"));
    }
    let bytes = config::file(NAME).map_err(unreadable)?;
    import(&bytes, &now)
}

/// A timetable.
#[derive(ToSchema, Deserialize)]
#[expect(dead_code, reason = "describes the form")]
pub struct TimetableForm {
    /// `all.json`, of at most 16 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Import a timetable that is sent along
#[utoipa::path(
    post, path = "/crawler/schedules/import", operation_id = "import_schedules", tag = "Administration",
    security(("bearer" = []), ("password" = [])),
    request_body(content = TimetableForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "What was imported", body = Answer<Imported>), UploadRefusals)
)]
pub async fn import_schedules(now: Now, form: Multipart) -> Result<Answer<Imported>, Failure> {
    let bytes = read(form.required_file("file")?)?;
    import(&bytes, &now)
}

fn import(bytes: &[u8], now: &Now) -> Result<Answer<Imported>, Failure> {
    let timetable = Timetable::parse(bytes).map_err(|refused| Failure::refused(refused.to_string()))?;
    let import_stats = imports::write(&timetable, now)?;
    Ok(ok(Imported { crawl_stats: None, merge_count: timetable.items, import_stats }))
}

fn read(file: &File) -> Result<Vec<u8>, Failure> {
    if file.size > LARGEST {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let read = file.reader().read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(|error| {
        ward_sdk::log::error!("an uploaded timetable cannot be read: {error}");
        Failure::unavailable()
    })
}

fn unreadable(error: FileError) -> Failure {
    match error {
        FileError::TooLarge => too_large(),
        FileError::Unreadable => Failure::missing("all.json 无法读取"),
        FileError::NoDirectory => Failure::missing("未配置数据目录"),
        FileError::NotFound | FileError::BadName => Failure::missing("all.json 文件不存在"),
    }
}

fn too_large() -> Failure {
    Failure::refused("all.json 不能超过 16MB")
}

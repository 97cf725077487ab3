//! The file: tar in zstd, written and read from its beginning to its end.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Seek as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use serde::Serialize;

use super::digest::Sha256;
use super::manifest::{FileSum, MANIFEST, Manifest};

/// zstd's own default.
const LEVEL: i32 = 3;
/// Bytes of a tar block.
const BLOCK: usize = 512;
/// Bytes that are copied at once.
const PIECE: usize = 256 << 10;
/// Bytes of a manifest that is read.
const MOST_MANIFEST: u64 = 256 << 20;

/// An archive that is being written, beside the name that it will have.
pub(super) struct Writer {
    path: PathBuf,
    partial: PathBuf,
    output: zstd::Encoder<'static, File>,
    files: BTreeMap<String, FileSum>,
}

impl Writer {
    /// Begins `path`, which must not be there yet. Only this user may read it: it holds keys and patients' data.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        ensure!(!path.exists(), "{} is there already: a backup replaces nothing", path.display());
        let partial = beside(path, ".partial");
        // What an earlier attempt left.
        let _ = std::fs::remove_file(&partial);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial);
        let file = file.with_context(|| format!("create {}", partial.display()))?;
        let mut output = zstd::Encoder::new(file, LEVEL).context("begin to compress")?;
        output.include_checksum(true).context("begin to compress")?;
        Ok(Self { path: path.to_owned(), partial, output, files: BTreeMap::new() })
    }

    /// Adds a JSON file.
    pub(super) fn json(&mut self, name: &str, value: &impl Serialize) -> anyhow::Result<()> {
        let bytes = serde_json::to_vec_pretty(value)?;
        self.file(name, bytes.len() as u64, &mut bytes.as_slice())
    }

    /// Adds a file of exactly `size` bytes.
    pub(super) fn file(&mut self, name: &str, size: u64, source: &mut dyn Read) -> anyhow::Result<()> {
        self.begin(name, size)?;
        let (mut sha256, mut left, mut piece) = (Sha256::new(), size, vec![0; PIECE]);
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            let count = source.read(&mut piece[..most]).with_context(|| format!("read {name}"))?;
            ensure!(count > 0, "{name} became shorter while it was read");
            sha256.add(&piece[..count]);
            self.write(&piece[..count])?;
            left -= count as u64;
        }
        self.end(size)?;
        self.files.insert(name.to_owned(), FileSum { bytes: size, sha256: sha256.finish() });
        Ok(())
    }

    /// Adds what was written to `spool`, and empties it.
    pub(super) fn spooled(&mut self, name: &str, spool: &mut File) -> anyhow::Result<()> {
        let size = spool.stream_position()?;
        spool.rewind()?;
        self.file(name, size, spool)?;
        spool.rewind()?;
        Ok(spool.set_len(0)?)
    }

    /// Begins an entry, whose bytes follow with [`write`](Self::write).
    pub(super) fn begin(&mut self, name: &str, size: u64) -> anyhow::Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_path(name).with_context(|| format!("the name {name}"))?;
        header.set_size(size);
        header.set_mode(0o600);
        header.set_cksum();
        self.write(header.as_bytes())
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.output.write_all(bytes).with_context(|| format!("write {}", self.partial.display()))
    }

    /// Ends an entry of `size` bytes.
    pub(super) fn end(&mut self, size: u64) -> anyhow::Result<()> {
        let over = usize::try_from(size % BLOCK as u64)?;
        if over == 0 { Ok(()) } else { self.write(&[0; BLOCK][over..]) }
    }

    /// The files so far.
    pub(super) fn files(&self) -> &BTreeMap<String, FileSum> {
        &self.files
    }

    /// Adds the manifest, and gives the file its name when all of it is on the disk.
    pub(super) fn finish(mut self, manifest: &Manifest) -> anyhow::Result<()> {
        self.json(MANIFEST, manifest)?;
        self.write(&[0; 2 * BLOCK])?;
        let Self { path, partial, output, .. } = self;
        let written = || format!("write {}", partial.display());
        let file = output.finish().with_context(written)?;
        file.sync_all().with_context(written)?;
        // Not over a file that has come meanwhile.
        std::fs::hard_link(&partial, &path).with_context(|| format!("create {}", path.display()))?;
        std::fs::remove_file(&partial).with_context(written)?;
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(directory)?.sync_all().with_context(|| format!("sync {}", directory.display()))
    }
}

/// A file that nobody else can open, for what has to be complete before its size is known.
pub(super) fn spool(path: &Path) -> anyhow::Result<File> {
    let name = beside(path, ".spool");
    let _ = std::fs::remove_file(&name);
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&name);
    let file = file.with_context(|| format!("create {}", name.display()))?;
    std::fs::remove_file(&name)?;
    Ok(file)
}

/// A name beside a file's.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Shows every entry but the manifest to `see`, in their order, and gives the manifest. An archive that ends early,
/// or that is damaged, is an error.
pub(super) fn read(
    path: &Path,
    mut see: impl FnMut(&str, u64, &mut dyn Read) -> anyhow::Result<()>,
) -> anyhow::Result<Manifest> {
    let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
    let damaged = "the archive is damaged, cut off, or no backup of Ward";
    let input = zstd::Decoder::with_buffer(BufReader::with_capacity(PIECE, file)).context(damaged)?;
    let mut archive = tar::Archive::new(input);
    let mut manifest = None;
    for entry in archive.entries().context(damaged)? {
        let mut entry = entry.context(damaged)?;
        ensure!(manifest.is_none(), "{damaged}: something follows the manifest");
        let name = String::from_utf8(entry.path_bytes().into_owned()).context(damaged)?;
        let size = entry.size();
        if name == MANIFEST {
            let mut bytes = Vec::new();
            entry.take(MOST_MANIFEST).read_to_end(&mut bytes).context(damaged)?;
            manifest = Some(serde_json::from_slice::<Manifest>(&bytes).context(damaged)?);
        } else {
            see(&name, size, &mut entry)?;
        }
    }
    // To the very end, where the checksum is.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink()).context(damaged)?;
    let Some(manifest) = manifest else { bail!("{damaged}: it has no manifest, which is written last") };
    Ok(manifest)
}

/// Shows every piece of an entry to `take`.
pub(super) fn pieces(
    size: u64,
    source: &mut dyn Read,
    mut take: impl FnMut(&[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (mut left, mut piece) = (size, vec![0; PIECE]);
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        let count = source.read(&mut piece[..most]).context("the archive is damaged or cut off")?;
        ensure!(count > 0, "the archive is cut off");
        take(&piece[..count])?;
        left -= count as u64;
    }
    Ok(())
}

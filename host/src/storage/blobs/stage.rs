//! Objects while they arrive.

use std::fs::File;
use std::io::{self, Write as _};
use std::sync::Arc;

use aws_lc_rs::digest;
use bytes::Bytes;
use object_store::{ObjectStoreExt as _, PutPayload, WriteMultipart};
use tokio::task::JoinHandle;

use super::local::Local;
use super::remote::{Remote, store_error};
use super::staged::{Place, Staged, TempFile, TempObject};
use super::{Backend, BlobError};

/// Bytes gathered before they are hashed and written: the next ones arrive meanwhile.
const PIECE: usize = 1 << 20;
/// Bytes of a part in S3, which takes none below 5 MiB.
const PART: usize = 8 << 20;
/// Parts on their way at once.
const PARTS_AHEAD: usize = 4;
/// First bytes that are kept at hand.
const HEAD: usize = 4 << 10;

/// Receives one object. Dropped unfinished, it leaves nothing.
pub struct StageWriter {
    pending: Vec<Bytes>,
    pending_bytes: usize,
    sink: Sink,
}

enum Sink {
    Local {
        store: Arc<Local>,
        file: Arc<TempFile>,
        /// The piece that is being written.
        writing: Option<JoinHandle<io::Result<Written>>>,
        written: Option<Written>,
    },
    Remote {
        temp: Arc<TempObject>,
        upload: Option<WriteMultipart>,
        tally: Tally,
    },
    /// A write has failed.
    Failed,
}

impl StageWriter {
    pub(super) fn new(backend: &Backend) -> Self {
        let sink = match backend {
            Backend::Local(store) => Sink::Local {
                file: Arc::new(TempFile::new(store.staging())),
                store: Arc::clone(store),
                writing: None,
                written: Some(Written { file: None, tally: Tally::new() }),
            },
            Backend::Remote(store) => Sink::Remote {
                temp: Arc::new(TempObject { store: Arc::clone(store), key: Remote::staging() }),
                upload: None,
                tally: Tally::new(),
            },
        };
        Self { pending: Vec::new(), pending_bytes: 0, sink }
    }

    /// Takes the next bytes.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
        self.pending_bytes += bytes.len();
        self.pending.push(bytes);
        let full = match self.sink {
            Sink::Remote { .. } => PART,
            Sink::Local { .. } | Sink::Failed => PIECE,
        };
        if self.pending_bytes < full { Ok(()) } else { self.flush().await }
    }

    /// Ends the object. It is not yet on the disk: [`Container::keep`](super::Container::keep) sees to that.
    pub async fn finish(mut self) -> Result<Staged, BlobError> {
        if let Sink::Local { .. } = self.sink {
            self.flush().await?;
        }
        let pending = std::mem::take(&mut self.pending);
        let (place, tally) = match std::mem::replace(&mut self.sink, Sink::Failed) {
            Sink::Local { store, file, writing, written } => {
                let written = settle(writing, written).await?;
                (Place::Local { store, file }, written.tally)
            }
            Sink::Remote { temp, upload, mut tally } => {
                finish_upload(&temp, upload, pending, &mut tally).await?;
                (Place::Remote(temp), tally)
            }
            Sink::Failed => return Err(failed()),
        };
        let sha256 = hex::encode(tally.hash.finish());
        Ok(Staged::new(place, tally.size, sha256, tally.head.into()))
    }

    /// Passes on what has gathered. Waits for the piece before it, not for this one.
    async fn flush(&mut self) -> Result<(), BlobError> {
        let pieces = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        // `Failed` until this piece is on its way: whoever stops waiting cannot go on with a hole.
        self.sink = match std::mem::replace(&mut self.sink, Sink::Failed) {
            Sink::Local { store, file, writing, written } => {
                let written = settle(writing, written).await?;
                let target = Arc::clone(&file);
                let writing = tokio::task::spawn_blocking(move || written.append(&target, &pieces));
                Sink::Local { store, file, writing: Some(writing), written: None }
            }
            Sink::Remote { temp, upload, mut tally } => {
                let mut upload = match upload {
                    Some(upload) => upload,
                    None => begin_upload(&temp).await?,
                };
                upload.wait_for_capacity(PARTS_AHEAD).await.map_err(|error| store_error(&error))?;
                for piece in pieces {
                    tally.add(&piece);
                    upload.put(piece);
                }
                Sink::Remote { temp, upload: Some(upload), tally }
            }
            Sink::Failed => return Err(failed()),
        };
        Ok(())
    }
}

impl Drop for StageWriter {
    fn drop(&mut self) {
        // Parts of an unfinished upload would stay, unseen and paid for.
        if let Sink::Remote { upload: Some(upload), .. } = std::mem::replace(&mut self.sink, Sink::Failed)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                if upload.abort().await.is_err() {
                    tracing::warn!("an unfinished upload could not be aborted");
                }
            });
        }
    }
}

fn failed() -> BlobError {
    BlobError::Invalid("a write to this object has failed or was given up".into())
}

/// Waits for the piece that is being written.
async fn settle(
    writing: Option<JoinHandle<io::Result<Written>>>,
    written: Option<Written>,
) -> Result<Written, BlobError> {
    match (writing, written) {
        (Some(writing), _) => Ok(writing.await.map_err(|_| failed())??),
        (None, Some(written)) => Ok(written),
        (None, None) => Err(failed()),
    }
}

async fn begin_upload(temp: &TempObject) -> Result<WriteMultipart, BlobError> {
    let upload = temp.store.store.put_multipart(&temp.key).await.map_err(|error| store_error(&error))?;
    Ok(WriteMultipart::new_with_chunk_size(upload, PART))
}

async fn finish_upload(
    temp: &TempObject,
    upload: Option<WriteMultipart>,
    pending: Vec<Bytes>,
    tally: &mut Tally,
) -> Result<(), BlobError> {
    for piece in &pending {
        tally.add(piece);
    }
    let result = if let Some(mut upload) = upload {
        for piece in pending {
            upload.put(piece);
        }
        upload.finish().await
    } else {
        temp.store.store.put(&temp.key, PutPayload::from_iter(pending)).await
    };
    result.map(drop).map_err(|error| store_error(&error))
}

/// Size, hash and first bytes so far.
struct Tally {
    size: u64,
    hash: digest::Context,
    head: Vec<u8>,
}

impl Tally {
    fn new() -> Self {
        Self { size: 0, hash: digest::Context::new(&digest::SHA256), head: Vec::new() }
    }

    fn add(&mut self, piece: &[u8]) {
        self.size += piece.len() as u64;
        self.hash.update(piece);
        let missing = (HEAD - self.head.len()).min(piece.len());
        self.head.extend_from_slice(&piece[..missing]);
    }
}

/// A staged file as far as it is written.
struct Written {
    file: Option<File>,
    tally: Tally,
}

impl Written {
    fn append(mut self, target: &TempFile, pieces: &[Bytes]) -> io::Result<Self> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => File::create_new(target.path())?,
        };
        for piece in pieces {
            self.tally.add(piece);
            file.write_all(piece)?;
        }
        self.file = Some(file);
        Ok(self)
    }
}

//! `ward:plugin/blobs`: objects in the plugin's own container.

use bytes::Bytes;
use wasmtime::component::{HasData, Linker, Resource, ResourceTable};

use crate::capabilities::sql::OpenTransaction;
use crate::storage::{BlobError, Container, SqlError, StageWriter, Staged};

use bindings::ward::plugin::blobs::{self, BlobInfo, Error};

/// Generated from `wit/blobs.wit`.
#[allow(missing_docs, clippy::pedantic, reason = "generated")]
pub mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "package ward:blobs-host; world host { import ward:plugin/blobs@0.1.0; }",
        imports: { default: async | trappable },
        with: {
            "ward:plugin/sql": crate::capabilities::sql::bindings::ward::plugin::sql,
            "ward:plugin/blobs.writer": super::OpenWriter,
        },
    });
}

/// Bytes of one read or write.
const MAX_CALL: usize = 4 << 20;
/// Writers that one request may have open.
const MAX_WRITERS: usize = 64;
/// Uploads of one request: received and made.
const MAX_UPLOADS: usize = 1_024;

/// What one request may use.
pub struct BlobsCtx {
    /// The plugin's container; `None` if `blobs` is not granted.
    pub container: Option<Container>,
    /// By the numbers that the guest knows them by; those it makes itself come after those received.
    pub uploads: Vec<Staged>,
    /// Bytes of one object that the guest makes.
    pub object_bytes: u64,
    /// Bytes of all objects that the guest makes.
    pub total_bytes: u64,
    written: u64,
    writers: usize,
}

impl BlobsCtx {
    /// For a request that came with these uploads.
    #[must_use]
    pub fn new(container: Option<Container>, uploads: Vec<Staged>, object_bytes: u64, total_bytes: u64) -> Self {
        Self { container, uploads, object_bytes, total_bytes, written: 0, writers: 0 }
    }
}

/// A writer in the guest's hands. Whoever drops the table leaves nothing of it.
pub struct OpenWriter {
    stage: StageWriter,
    written: u64,
}

/// The context and the table that resources live in.
pub struct View<'a> {
    /// Of this request.
    pub ctx: &'a mut BlobsCtx,
    /// Of this instance; transactions of `sql` are in it too.
    pub table: &'a mut ResourceTable,
}

struct HasBlobs;

impl HasData for HasBlobs {
    type Data<'a> = View<'a>;
}

/// Gives a linker the interface.
pub fn add_to_linker<T: Send + 'static>(linker: &mut Linker<T>, view: fn(&mut T) -> View<'_>) -> wasmtime::Result<()> {
    blobs::add_to_linker::<T, HasBlobs>(linker, view)
}

impl BlobsCtx {
    fn container(&self) -> Result<&Container, Error> {
        self.container.as_ref().ok_or_else(|| Error::Denied("`blobs` is not granted".into()))
    }

    fn upload(&self, upload: u32) -> Result<&Staged, Error> {
        self.uploads.get(upload as usize).ok_or(Error::NotFound)
    }

    async fn read_upload(&self, upload: u32, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
        self.container()?;
        check_length(length as usize)?;
        Ok(self.upload(upload)?.read(offset, length).await?.into())
    }

    async fn read(&self, id: &str, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
        let container = self.container()?;
        check_length(length as usize)?;
        Ok(container.read(id, offset, length).await?.into())
    }

    fn create(&self) -> Result<StageWriter, Error> {
        let container = self.container()?;
        if self.writers >= MAX_WRITERS {
            return Err(Error::TooLarge(format!("more than {MAX_WRITERS} open writers")));
        }
        Ok(container.stage())
    }

    /// Counts what a writer is about to take.
    fn count(&mut self, writer: &mut OpenWriter, bytes: usize) -> Result<(), Error> {
        self.container()?;
        check_length(bytes)?;
        let bytes = bytes as u64;
        if writer.written + bytes > self.object_bytes {
            return Err(Error::TooLarge(format!("an object of more than {} bytes", self.object_bytes)));
        }
        if self.written + bytes > self.total_bytes {
            return Err(Error::TooLarge(format!("objects of more than {} bytes together", self.total_bytes)));
        }
        writer.written += bytes;
        self.written += bytes;
        Ok(())
    }

    async fn finish(&mut self, writer: OpenWriter) -> Result<u32, Error> {
        self.container()?;
        if self.uploads.len() >= MAX_UPLOADS {
            return Err(Error::TooLarge(format!("more than {MAX_UPLOADS} uploads")));
        }
        let staged = writer.stage.finish().await?;
        let number = u32::try_from(self.uploads.len()).map_err(|_| Error::TooLarge("uploads".into()))?;
        self.uploads.push(staged);
        Ok(number)
    }
}

fn check_length(bytes: usize) -> Result<(), Error> {
    if bytes > MAX_CALL { Err(Error::TooLarge(format!("more than {MAX_CALL} bytes in one call"))) } else { Ok(()) }
}

impl blobs::Host for View<'_> {
    async fn read_upload(&mut self, upload: u32, offset: u64, length: u32) -> wasmtime::Result<Result<Vec<u8>, Error>> {
        Ok(self.ctx.read_upload(upload, offset, length).await)
    }

    async fn keep(
        &mut self,
        upload: u32,
        media_type: String,
        transaction: Resource<OpenTransaction>,
    ) -> wasmtime::Result<Result<BlobInfo, Error>> {
        let (container, staged) = match (self.ctx.container(), self.ctx.upload(upload)) {
            (Ok(container), Ok(staged)) => (container, staged),
            (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
        };
        let transaction = &mut self.table.get_mut(&transaction)?.0;
        Ok(container.keep(staged, &media_type, transaction).await.map(BlobInfo::from).map_err(Error::from))
    }

    async fn info(&mut self, id: String) -> wasmtime::Result<Result<BlobInfo, Error>> {
        Ok(match self.ctx.container() {
            Ok(container) => container.info(&id).await.map(BlobInfo::from).map_err(Error::from),
            Err(error) => Err(error),
        })
    }

    async fn read(&mut self, id: String, offset: u64, length: u32) -> wasmtime::Result<Result<Vec<u8>, Error>> {
        Ok(self.ctx.read(&id, offset, length).await)
    }

    async fn remove(
        &mut self,
        id: String,
        transaction: Resource<OpenTransaction>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let container = match self.ctx.container() {
            Ok(container) => container,
            Err(error) => return Ok(Err(error)),
        };
        let transaction = &mut self.table.get_mut(&transaction)?.0;
        Ok(container.remove(&id, transaction).await.map_err(Error::from))
    }

    async fn create(&mut self) -> wasmtime::Result<Result<Resource<OpenWriter>, Error>> {
        match self.ctx.create() {
            Ok(stage) => {
                let resource = self.table.push(OpenWriter { stage, written: 0 })?;
                self.ctx.writers += 1;
                Ok(Ok(resource))
            }
            Err(error) => Ok(Err(error)),
        }
    }
}

impl blobs::HostWriter for View<'_> {
    async fn write(&mut self, writer: Resource<OpenWriter>, bytes: Vec<u8>) -> wasmtime::Result<Result<(), Error>> {
        let writer = self.table.get_mut(&writer)?;
        if let Err(error) = self.ctx.count(writer, bytes.len()) {
            return Ok(Err(error));
        }
        Ok(writer.stage.write(Bytes::from(bytes)).await.map_err(Error::from))
    }

    async fn finish(&mut self, writer: Resource<OpenWriter>) -> wasmtime::Result<Result<u32, Error>> {
        let writer = self.table.delete(writer)?;
        self.ctx.writers = self.ctx.writers.saturating_sub(1);
        Ok(self.ctx.finish(writer).await)
    }

    async fn drop(&mut self, writer: Resource<OpenWriter>) -> wasmtime::Result<()> {
        self.table.delete(writer)?;
        self.ctx.writers = self.ctx.writers.saturating_sub(1);
        Ok(())
    }
}

impl From<crate::storage::BlobInfo> for BlobInfo {
    fn from(info: crate::storage::BlobInfo) -> Self {
        Self { id: info.id, size: info.size, sha256: info.sha256, media_type: info.media_type, created: info.created }
    }
}

impl From<BlobError> for Error {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::NotFound => Self::NotFound,
            BlobError::Invalid(what) | BlobError::Sql(SqlError::Invalid(what)) => Self::Invalid(what),
            BlobError::TooLarge(what) | BlobError::Sql(SqlError::TooLarge(what)) => Self::TooLarge(what),
            BlobError::Sql(SqlError::Denied(what)) => Self::Denied(what),
            BlobError::Sql(SqlError::Conflict) => Self::Conflict,
            BlobError::Unavailable(_) | BlobError::Sql(_) => Self::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests;

//! Files of the one directory that a mount may read.

use std::io;
use std::path::PathBuf;

use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use super::bindings::ward::plugin::config::FileError;

/// What one call may carry.
const LARGEST: u64 = 16 << 20;

/// The longest name that file systems take.
const LONGEST_NAME: usize = 255;

/// Reads a file of `directory`.
pub(super) async fn read(directory: Option<PathBuf>, name: &str) -> Result<Vec<u8>, FileError> {
    let directory = directory.ok_or(FileError::NoDirectory)?;
    if !is_plain(name) {
        return Err(FileError::BadName);
    }
    let path = directory.join(name);
    // A pipe or a device could be read for ever.
    let is_file = tokio::fs::metadata(&path).await.map_err(|error| refused(&error))?.is_file();
    if !is_file {
        return Err(FileError::NotFound);
    }
    let file = File::open(&path).await.map_err(|error| refused(&error))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).await.map_err(|error| refused(&error))?;
    if bytes.len() as u64 > LARGEST { Err(FileError::TooLarge) } else { Ok(bytes) }
}

fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(plain)
}

fn refused(error: &io::Error) -> FileError {
    if error.kind() == io::ErrorKind::NotFound {
        FileError::NotFound
    } else {
        tracing::warn!(%error, "a file of a mount's directory cannot be read");
        FileError::Unreadable
    }
}

#[cfg(test)]
mod tests {
    use super::{FileError, LARGEST, read};

    #[tokio::test]
    async fn a_file_is_read_as_it_is_now() {
        let home = tempfile::tempdir().unwrap();
        let directory = Some(home.path().to_owned());
        assert!(matches!(read(directory.clone(), "all.json").await, Err(FileError::NotFound)));
        for text in ["[]", "[{}]"] {
            std::fs::write(home.path().join("all.json"), text).unwrap();
            assert_eq!(read(directory.clone(), "all.json").await.unwrap(), text.as_bytes());
        }
    }

    #[tokio::test]
    async fn nothing_outside_the_directory_is_named() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("secret"), "x").unwrap();
        let inner = home.path().join("inner");
        std::fs::create_dir_all(inner.join("deeper")).unwrap();
        for name in ["../secret", "..", ".", "", "/etc/passwd", "deeper/x", "a\\b", "secret\0", ".hidden", "汉字"] {
            assert!(matches!(read(Some(inner.clone()), name).await, Err(FileError::BadName)), "{name:?}");
        }
        assert!(matches!(read(Some(inner.clone()), "deeper").await, Err(FileError::NotFound)));
        assert!(matches!(read(None, "all.json").await, Err(FileError::NoDirectory)));
        assert!(matches!(read(Some(inner), &"a".repeat(256)).await, Err(FileError::BadName)));
    }

    #[tokio::test]
    async fn a_file_over_the_limit_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let file = std::fs::File::create(home.path().join("large")).unwrap();
        file.set_len(LARGEST).unwrap();
        let directory = Some(home.path().to_owned());
        assert_eq!(read(directory.clone(), "large").await.unwrap().len() as u64, LARGEST);
        file.set_len(LARGEST + 1).unwrap();
        assert!(matches!(read(directory, "large").await, Err(FileError::TooLarge)));
    }
}

//! Real DICOM files: those of the PyPI wheel `pydicom`, and files made by Debian's `dcmtk`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::artefacts;

/// The directory of pydicom's test files; `None`, said plainly, where the wheel was not fetched.
pub fn pydicom() -> Option<PathBuf> {
    let directory = artefacts::fixtures().join("pydicom/data/test_files");
    available(directory.is_dir(), "pydicom's DICOM files (cargo xtask test fetches them)").then_some(directory)
}

/// One of pydicom's files.
pub fn pydicom_file(name: &str) -> Option<Vec<u8>> {
    let path = pydicom()?.join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// A file that `img2dcm` makes of a JPEG image, in `directory`.
pub fn img2dcm(directory: &Path, jpeg: &[u8]) -> Option<Vec<u8>> {
    let (input, output) = (directory.join("image.jpg"), directory.join("image.dcm"));
    std::fs::write(&input, jpeg).expect("a place to write");
    made_by("img2dcm", &[&input, &output], &output)
}

/// A file that `dump2dcm` makes of a textual dump, in `directory`.
pub fn dump2dcm(directory: &Path, dump: &str) -> Option<Vec<u8>> {
    let (input, output) = (directory.join("image.dump"), directory.join("dumped.dcm"));
    std::fs::write(&input, dump).expect("a place to write");
    made_by("dump2dcm", &[&input, &output], &output)
}

fn made_by(program: &str, arguments: &[&Path], output: &Path) -> Option<Vec<u8>> {
    let Ok(result) = Command::new(program).args(arguments).output() else {
        available(false, &format!("{program} (Debian's dcmtk)"));
        return None;
    };
    assert!(result.status.success(), "{program}: {}", String::from_utf8_lossy(&result.stderr));
    Some(std::fs::read(output).expect("what it made"))
}

/// What is absent is said; in CI it is a failure.
fn available(present: bool, what: &str) -> bool {
    if !present {
        let in_ci = std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false");
        assert!(!in_ci, "absent in CI: {what}");
        eprintln!("NOT TESTED for lack of {what}");
    }
    present
}

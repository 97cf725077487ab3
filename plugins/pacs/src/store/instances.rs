//! The files of studies.

use ward_sdk::policy::Entity;
use ward_sdk::sql::{self, Connection, Value, from_row, params};

use super::studies;
use crate::dicom::Header;
use crate::domain::{CentreId, InstanceNumber, Status, StudyId, StudyRef};

/// One file of a study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its place in the order in which the files were sent, from 0.
    pub number: i64,
    /// Where its bytes are kept.
    pub blob: String,
    /// As it was sent, without path and signs that do not print.
    pub filename: String,
    /// Bytes.
    pub size: i64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// Transfer Syntax UID.
    pub transfer_syntax: Option<String>,
    /// SOP Class UID.
    pub sop_class_uid: Option<String>,
    /// SOP Instance UID.
    pub sop_instance_uid: Option<String>,
    /// Study Instance UID.
    pub study_instance_uid: Option<String>,
    /// Series Instance UID.
    pub series_instance_uid: Option<String>,
    /// Modality as the file says it.
    pub modality: Option<String>,
    /// Pixels from top to bottom.
    pub image_rows: Option<u32>,
    /// Pixels from left to right.
    pub image_columns: Option<u32>,
    /// Frames.
    pub frames: Option<u32>,
}

from_row!(Instance {
    number,
    blob,
    filename,
    size,
    sha256,
    transfer_syntax,
    sop_class_uid,
    sop_instance_uid,
    study_instance_uid,
    series_instance_uid,
    modality,
    image_rows,
    image_columns,
    frames,
});

impl Instance {
    /// The file number `number`, with what its header says.
    #[must_use]
    pub fn new(number: i64, filename: String, size: i64, sha256: String, header: &Header) -> Self {
        let header = header.clone();
        Self {
            number,
            blob: String::new(),
            filename,
            size,
            sha256,
            transfer_syntax: header.transfer_syntax,
            sop_class_uid: header.sop_class_uid,
            sop_instance_uid: header.sop_instance_uid,
            study_instance_uid: header.study_instance_uid,
            series_instance_uid: header.series_instance_uid,
            modality: header.modality,
            image_rows: header.rows,
            image_columns: header.columns,
            frames: header.frames,
        }
    }

    fn parameters(&self, study: StudyId) -> [Value; WIDTH] {
        params![
            study,
            self.number,
            self.blob,
            self.filename,
            self.size,
            self.sha256,
            self.transfer_syntax,
            self.sop_class_uid,
            self.sop_instance_uid,
            self.study_instance_uid,
            self.series_instance_uid,
            self.modality,
            self.image_rows,
            self.image_columns,
            self.frames
        ]
    }
}

const COLUMNS: &str = "number, blob, filename, size, sha256, transfer_syntax, sop_class_uid, sop_instance_uid, \
     study_instance_uid, series_instance_uid, modality, image_rows, image_columns, frames";

/// Parameters of one row: the study and the columns.
const WIDTH: usize = 15;

/// Rows of one statement: a statement has at most 1,000 parameters.
const BATCH: usize = 50;

/// Adds the files of a study.
pub fn insert(study: StudyId, instances: &[Instance], within: &impl Connection) -> Result<(), sql::Error> {
    for batch in instances.chunks(BATCH) {
        let rows: Vec<String> = (0..batch.len()).map(row).collect();
        let statement = format!("INSERT INTO instance (study, {COLUMNS}) VALUES {}", rows.join(", "));
        let parameters: Vec<Value> = batch.iter().flat_map(|instance| instance.parameters(study)).collect();
        within.execute(&statement, &parameters)?;
    }
    Ok(())
}

fn row(index: usize) -> String {
    let places: Vec<String> = (1..=WIDTH).map(|place| format!("${}", index * WIDTH + place)).collect();
    format!("({})", places.join(", "))
}

/// Where a file of a study is kept, and what decides who may have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its study.
    pub study: StudyId,
    centre: CentreId,
    status: Status,
    urgent: bool,
    /// None where the study has no file of that number.
    pub blob: Option<String>,
    /// As it was sent.
    pub filename: Option<String>,
}

from_row!(Kept { study, centre, status, urgent, blob, filename });

impl Kept {
    /// Its study as policies see it.
    #[must_use]
    pub fn study(&self) -> Entity {
        studies::entity(self.study, self.centre, self.status, self.urgent)
    }
}

/// One file; none where there is no such study. Study and file in one question: a viewer asks it for every image.
pub fn find(study: &StudyRef, number: InstanceNumber) -> Result<Option<Kept>, sql::Error> {
    let by = |column: &str| {
        format!(
            "SELECT study.id AS study, centre_id AS centre, status, is_urgent AS urgent, blob, filename \
             FROM study LEFT JOIN instance ON instance.study = study.id AND instance.number = $2 \
             WHERE study.{column} = $1"
        )
    };
    match study {
        StudyRef::Number(id) => sql::query_optional(&by("id"), &params![id, number]),
        StudyRef::Code(code) => sql::query_optional(&by("study_id"), &params![code, number]),
    }
}

/// The most files of one answer: what a result may hold.
const MOST: i64 = 10_000;

/// All files of a study, in their order.
pub fn list(study: StudyId) -> Result<Vec<Instance>, sql::Error> {
    let statement = format!("SELECT {COLUMNS} FROM instance WHERE study = $1 ORDER BY number LIMIT $2");
    sql::query(&statement, &params![study, MOST])
}

#[cfg(test)]
mod tests {
    use super::{BATCH, COLUMNS, Instance, WIDTH, row};
    use crate::dicom::Header;
    use crate::domain::StudyId;

    #[test]
    fn a_batch_fits_into_a_statement() {
        assert_eq!(COLUMNS.split(',').count() + 1, WIDTH);
        const { assert!(BATCH * WIDTH <= 1000) };
        assert_eq!(row(0).matches('$').count(), WIDTH);
        assert!(row(1).starts_with("($16, ") && row(1).ends_with("$30)"));
        let instance = Instance::new(0, "a.dcm".to_owned(), 1, "00".to_owned(), &Header::default());
        assert_eq!(instance.parameters(StudyId(1)).len(), WIDTH);
    }
}

-- Times are microseconds since 1970, UTC.

CREATE TABLE centre (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    contact_email TEXT NOT NULL,
    contact_phone TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE study (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    study_id TEXT NOT NULL UNIQUE CHECK (length(study_id) = 8),
    patient_name TEXT NOT NULL,
    patient_age BIGINT NOT NULL CHECK (patient_age BETWEEN 0 AND 150),
    patient_gender TEXT NOT NULL CHECK (patient_gender IN ('M', 'F', 'O')),
    modality TEXT NOT NULL CHECK (modality IN ('ct', 'xray', 'mri', 'ultrasound', 'pet')),
    study_type TEXT NOT NULL,
    study_description TEXT NOT NULL,
    is_urgent BOOLEAN NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('uploaded', 'assigned', 'in_review', 'report_generated', 'verified')),
    centre_id BIGINT NOT NULL REFERENCES centre (id),
    created_by_id BIGINT NOT NULL,
    assigned_radiologist_id BIGINT,
    dicom_files_path TEXT NOT NULL,
    num_instances BIGINT NOT NULL CHECK (num_instances > 0),
    -- What `search` looks through, in lower case.
    search_text TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX study_by_centre ON study (centre_id, id);
CREATE INDEX study_by_status ON study (status, id);
CREATE INDEX study_by_time ON study (created_at);

CREATE TABLE instance (
    study BIGINT NOT NULL REFERENCES study (id),
    number BIGINT NOT NULL CHECK (number >= 0),
    blob TEXT NOT NULL,
    filename TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    transfer_syntax TEXT,
    sop_class_uid TEXT,
    sop_instance_uid TEXT,
    study_instance_uid TEXT,
    series_instance_uid TEXT,
    modality TEXT,
    image_rows BIGINT,
    image_columns BIGINT,
    frames BIGINT,
    PRIMARY KEY (study, number)
);
CREATE INDEX instance_by_uid ON instance (sop_instance_uid);

CREATE TABLE report (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    study BIGINT NOT NULL REFERENCES study (id),
    findings TEXT NOT NULL,
    impression TEXT NOT NULL,
    report_type TEXT NOT NULL,
    is_ai_generated BOOLEAN NOT NULL,
    created_by_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    verified_by_id BIGINT,
    verified_at BIGINT,
    CHECK ((verified_by_id IS NULL) = (verified_at IS NULL))
);
CREATE INDEX report_by_study ON report (study);

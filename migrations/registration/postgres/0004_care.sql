-- Audits of leave and schedules, attendance, visit records, notices; what statistics look through.
-- Times are milliseconds since 1970 UTC, days are days since 1970.

CREATE TABLE leave_audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    doctor_id BIGINT NOT NULL REFERENCES doctor (id),
    leave_day BIGINT NOT NULL,
    shift TEXT NOT NULL CHECK (shift IN ('morning', 'afternoon', 'night', 'full')),
    reason TEXT NOT NULL,
    -- A list in JSON, as it was sent.
    attachments TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
    submitted_at BIGINT NOT NULL,
    auditor BIGINT,
    audited_at BIGINT,
    remark TEXT,
    CHECK ((status = 'pending') = (audited_at IS NULL)),
    CHECK ((auditor IS NULL) = (audited_at IS NULL))
);
-- A request that was not rejected is not made twice.
CREATE UNIQUE INDEX leave_audit_once ON leave_audit (doctor_id, leave_day, shift) WHERE status <> 'rejected';
CREATE INDEX leave_audit_by_doctor ON leave_audit (doctor_id, id);

CREATE TABLE schedule_audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dept_id BIGINT NOT NULL REFERENCES minor_department (id),
    clinic_id BIGINT NOT NULL REFERENCES clinic (id),
    submitter BIGINT NOT NULL REFERENCES doctor (id),
    submitted_at BIGINT NOT NULL,
    week_start BIGINT NOT NULL,
    remark TEXT,
    -- Seven days of three shifts, in JSON.
    week TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
    auditor BIGINT,
    audited_at BIGINT,
    audit_remark TEXT,
    CHECK ((status = 'pending') = (audited_at IS NULL)),
    CHECK ((auditor IS NULL) = (audited_at IS NULL))
);

-- A shift at which the doctor checked in, or was marked as absent afterwards.
CREATE TABLE attendance (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id BIGINT NOT NULL UNIQUE REFERENCES schedule (id),
    checkin_at BIGINT,
    checkin_latitude DOUBLE PRECISION,
    checkin_longitude DOUBLE PRECISION,
    checkout_at BIGINT,
    checkout_latitude DOUBLE PRECISION,
    checkout_longitude DOUBLE PRECISION,
    marked_at BIGINT,
    CHECK ((marked_at IS NULL) = (checkin_at IS NOT NULL)),
    CHECK (checkout_at IS NULL OR checkin_at IS NOT NULL)
);

CREATE TABLE visit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id BIGINT NOT NULL UNIQUE REFERENCES appointment (id),
    schedule_id BIGINT NOT NULL REFERENCES schedule (id),
    patient_id BIGINT NOT NULL REFERENCES patient (id),
    doctor_id BIGINT NOT NULL REFERENCES doctor (id),
    dept_id BIGINT NOT NULL REFERENCES minor_department (id),
    visited_at BIGINT NOT NULL,
    chief_complaint TEXT,
    present_illness TEXT,
    auxiliary_exam TEXT,
    diagnosis TEXT,
    prescription TEXT,
    status TEXT NOT NULL CHECK (status IN ('completed', 'ongoing'))
);
CREATE INDEX visit_by_patient ON visit (patient_id, visited_at);
CREATE INDEX visit_by_doctor ON visit (doctor_id, patient_id);

CREATE TABLE notice (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account BIGINT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE INDEX notice_by_account ON notice (account, id);

-- Registrations are counted by the shifts' slots; only who was seen is counted by the orders.
CREATE INDEX appointment_completed ON appointment (day, dept_id) WHERE status = 'completed';
CREATE INDEX appointment_by_doctor ON appointment (doctor_id, day);
CREATE INDEX sign_in_by_time ON sign_in (at);

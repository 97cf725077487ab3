-- Areas, departments, clinics, doctors and their shifts.
--
-- What orders and statistics may still point at is marked as deleted and never erased.

CREATE TABLE area (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    destination TEXT NOT NULL,
    latitude DOUBLE PRECISION CHECK (latitude BETWEEN -90 AND 90),
    longitude DOUBLE PRECISION CHECK (longitude BETWEEN -180 AND 180),
    -- The map: a blob and its media type.
    image TEXT,
    image_type TEXT,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    CHECK ((image IS NULL) = (image_type IS NULL))
);
CREATE UNIQUE INDEX area_name ON area (name) WHERE deleted_at IS NULL;
-- A clinic that names no area lies in the first one, so there is one from the start.
INSERT INTO area (name, destination, created_at) VALUES ('主院区', '', CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT));

CREATE TABLE major_department (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE UNIQUE INDEX major_department_name ON major_department (name) WHERE deleted_at IS NULL;

CREATE TABLE minor_department (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    major_dept_id BIGINT NOT NULL REFERENCES major_department (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE UNIQUE INDEX minor_department_name ON minor_department (major_dept_id, name) WHERE deleted_at IS NULL;

CREATE TABLE clinic (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_id BIGINT NOT NULL REFERENCES area (id),
    -- NULL where an imported timetable did not tell it.
    dept_id BIGINT REFERENCES minor_department (id),
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    -- 0 ordinary, 1 international, 2 special.
    clinic_type BIGINT NOT NULL CHECK (clinic_type BETWEEN 0 AND 2),
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX clinic_by_department ON clinic (dept_id, id);
CREATE INDEX clinic_by_area ON clinic (area_id, name);

CREATE TABLE doctor (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dept_id BIGINT NOT NULL REFERENCES minor_department (id),
    -- The host's account; NULL where the doctor has none.
    account BIGINT UNIQUE,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    specialty TEXT NOT NULL,
    introduction TEXT NOT NULL,
    photo_path TEXT,
    original_photo_url TEXT,
    is_head BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX doctor_by_department ON doctor (dept_id, id);
-- Counts the doctors that there are without reading them.
CREATE INDEX doctor_live ON doctor (dept_id, id) WHERE deleted_at IS NULL;
CREATE INDEX doctor_by_name ON doctor (name);

-- Every booking updates its shift: room on the page, and no index on what changes, keep that cheap.
CREATE TABLE schedule (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    doctor_id BIGINT NOT NULL REFERENCES doctor (id),
    clinic_id BIGINT NOT NULL REFERENCES clinic (id),
    -- Of the clinic when the shift was made (the doctor's, where the clinic has none).
    dept_id BIGINT NOT NULL REFERENCES minor_department (id),
    day BIGINT NOT NULL,
    section TEXT NOT NULL CHECK (section IN ('上午', '下午', '晚上')),
    slot_type TEXT NOT NULL CHECK (slot_type IN ('普通', '专家', '特需')),
    status TEXT NOT NULL CHECK (status IN ('正常', '停诊')),
    price BIGINT NOT NULL CHECK (price >= 0),
    total_slots BIGINT NOT NULL,
    remaining_slots BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CHECK (remaining_slots BETWEEN 0 AND total_slots)
) WITH (fillfactor = 70);
-- A doctor is in one place at a time.
CREATE UNIQUE INDEX schedule_shift ON schedule (doctor_id, day, section);
CREATE INDEX schedule_by_department ON schedule (dept_id, day);
CREATE INDEX schedule_by_clinic ON schedule (clinic_id, day);
CREATE INDEX schedule_by_day ON schedule (day);

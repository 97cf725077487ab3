-- Booking, waiting list, consultation queue, add-slot requests, risk.
-- Times are milliseconds since 1970 UTC, days are days since 1970, money is fen.

-- Numbers given out so far: the queue number of the last order that holds a slot.
ALTER TABLE schedule ADD COLUMN queue_issued BIGINT NOT NULL DEFAULT 0;

-- total_slots - remaining_slots of a schedule is always the number of its orders that hold a slot: pending,
-- confirmed, completed, no_show. Doctor to slot_type are the schedule's, so that lists need no join.
CREATE TABLE appointment (
    id INTEGER PRIMARY KEY,
    order_no TEXT NOT NULL UNIQUE,
    patient_id BIGINT NOT NULL REFERENCES patient (id),
    account BIGINT NOT NULL,
    schedule_id BIGINT NOT NULL REFERENCES schedule (id),
    doctor_id BIGINT NOT NULL,
    clinic_id BIGINT NOT NULL,
    dept_id BIGINT NOT NULL,
    area_id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    section TEXT NOT NULL,
    slot_type TEXT NOT NULL,
    price BIGINT NOT NULL CHECK (price >= 0),
    symptoms TEXT,
    status TEXT NOT NULL
        CHECK (status IN ('waitlist', 'pending', 'confirmed', 'completed', 'cancelled', 'no_show')),
    payment TEXT NOT NULL CHECK (payment IN ('pending', 'paid', 'refunded')),
    source TEXT NOT NULL CHECK (source IN ('booking', 'waitlist', 'add_slot')),
    queue_number BIGINT,
    waitlisted_at BIGINT,
    is_called BOOLEAN NOT NULL,
    called_at BIGINT,
    pass_count BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    checked_in_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    completed_at BIGINT,
    cancelled_at BIGINT,
    cancel_reason TEXT,
    CHECK (queue_number IS NOT NULL OR status IN ('waitlist', 'cancelled')),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK (NOT is_called OR status = 'confirmed')
);
-- One order of a patient for a schedule; a cancelled one does not count.
CREATE UNIQUE INDEX appointment_once ON appointment (patient_id, schedule_id) WHERE status <> 'cancelled';
CREATE INDEX appointment_by_schedule ON appointment (schedule_id, id);
CREATE INDEX appointment_by_account ON appointment (account, id);
CREATE INDEX appointment_by_patient ON appointment (patient_id, day);
-- What the search for orders that nobody came to looks through.
CREATE INDEX appointment_open ON appointment (day) WHERE status IN ('waitlist', 'pending', 'confirmed');

-- Counts a patient's bookings, so that of two at once that read the same state one reads again.
CREATE TABLE booking_guard (
    patient_id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL
);

CREATE TABLE add_slot_audit (
    id INTEGER PRIMARY KEY,
    schedule_id BIGINT NOT NULL REFERENCES schedule (id),
    doctor_id BIGINT NOT NULL,
    patient_id BIGINT NOT NULL REFERENCES patient (id),
    slot_type TEXT NOT NULL,
    reason TEXT,
    applicant BIGINT NOT NULL,
    submit_time BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'cancelled')),
    auditor BIGINT,
    audit_time BIGINT,
    audit_remark TEXT,
    order_id BIGINT,
    CHECK ((status = 'approved') = (order_id IS NOT NULL))
);
CREATE UNIQUE INDEX add_slot_audit_once ON add_slot_audit (patient_id, schedule_id) WHERE status = 'pending';
CREATE INDEX add_slot_audit_by_doctor ON add_slot_audit (doctor_id, id);

-- What an account did that counts against it; never erased, it counts for a while only.
CREATE TABLE risk_event (
    id INTEGER PRIMARY KEY,
    account BIGINT NOT NULL,
    behavior_type TEXT NOT NULL
        CHECK (behavior_type IN ('no_show', 'late_cancel', 'cancel_burst', 'booking_burst')),
    points BIGINT NOT NULL CHECK (points > 0),
    description TEXT NOT NULL,
    score BIGINT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('SAFE', 'LOW', 'MEDIUM', 'HIGH')),
    order_id BIGINT,
    at BIGINT NOT NULL
);
CREATE INDEX risk_event_by_account ON risk_event (account, at);
CREATE INDEX risk_event_by_time ON risk_event (at);

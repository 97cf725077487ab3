-- Times are microseconds since 1970, UTC; money is in hundredths of its currency's unit.

CREATE TABLE price (
    id INTEGER PRIMARY KEY,
    centre BIGINT NOT NULL,
    modality TEXT NOT NULL CHECK (modality IN ('ct', 'xray', 'mri', 'ultrasound', 'pet')),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    currency TEXT NOT NULL CHECK (currency IN ('usd', 'inr', 'aed')),
    created_at BIGINT NOT NULL,
    UNIQUE (centre, modality)
);

-- The last number that was given in a year. It rolls back with the invoice that it was for.
CREATE TABLE counter (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL CHECK (last > 0)
);

CREATE TABLE invoice (
    id INTEGER PRIMARY KEY,
    study BIGINT NOT NULL,
    centre BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    currency TEXT NOT NULL CHECK (currency IN ('usd', 'inr', 'aed')),
    status TEXT NOT NULL CHECK (status IN ('pending', 'paid', 'cancelled')),
    number TEXT NOT NULL UNIQUE,
    invoice_date BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
-- A study is billed once, unless its invoice was cancelled.
CREATE UNIQUE INDEX invoice_of_study ON invoice (study) WHERE status <> 'cancelled';
CREATE INDEX invoice_by_centre ON invoice (centre, id);
CREATE INDEX invoice_by_status ON invoice (status, id);

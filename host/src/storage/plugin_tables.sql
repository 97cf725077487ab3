-- What the host keeps in each plugin's schema, so that it lives with the plugin's own transactions. The
-- same text for both engines. Times are milliseconds since 1970, UTC.

CREATE TABLE IF NOT EXISTS ward_blob (
    id         TEXT   PRIMARY KEY,
    sha256     TEXT   NOT NULL,
    bytes      BIGINT NOT NULL,
    media_type TEXT   NOT NULL,
    created    BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS ward_blob_sha256 ON ward_blob (sha256);

CREATE TABLE IF NOT EXISTS ward_job (
    id         TEXT    PRIMARY KEY,
    kind       TEXT    NOT NULL,
    payload    TEXT    NOT NULL,
    priority   BIGINT  NOT NULL,
    unique_key TEXT    UNIQUE,
    state      TEXT    NOT NULL,                 -- waiting, running, done, dead, cancelled
    due        BIGINT  NOT NULL,                 -- waiting: not before; running: the end of the lease
    attempt    BIGINT  NOT NULL DEFAULT 0,       -- starts
    failures   BIGINT  NOT NULL DEFAULT 0,       -- of them, those that ended badly
    attempts   BIGINT  NOT NULL,                 -- failures after which it is dead
    stop       BOOLEAN NOT NULL DEFAULT FALSE,   -- cancelled while it runs
    percent    BIGINT,
    note       TEXT,
    reason     TEXT,
    created    BIGINT  NOT NULL,
    started    BIGINT,
    ended      BIGINT
);
CREATE INDEX IF NOT EXISTS ward_job_open ON ward_job (priority, due) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS ward_job_ended ON ward_job (ended) WHERE ended IS NOT NULL;
CREATE INDEX IF NOT EXISTS ward_job_dead ON ward_job (ended) WHERE state = 'dead';

CREATE TABLE IF NOT EXISTS ward_schedule (
    name TEXT   PRIMARY KEY,
    cron TEXT   NOT NULL,                        -- with its time zone
    next BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS ward_event (
    id      TEXT   PRIMARY KEY,
    seq     BIGINT UNIQUE,                       -- the order of commits; NULL until it is known
    topic   TEXT   NOT NULL,
    data    TEXT   NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS ward_event_head (
    id  BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL                          -- the highest that was given
);
INSERT INTO ward_event_head (id, seq) VALUES (1, 0) ON CONFLICT DO NOTHING;

-- How far each subscribed plugin has been told.
CREATE TABLE IF NOT EXISTS ward_event_cursor (
    subscriber TEXT   PRIMARY KEY,
    seq        BIGINT NOT NULL
);

-- Who touched whose data: a chain of records that only grows. Times are milliseconds since 1970, UTC.

CREATE TABLE audit_record (
    number      BIGINT  PRIMARY KEY,              -- counts from 1, without gaps
    time        BIGINT  NOT NULL,
    domain      TEXT    NOT NULL,
    operation   TEXT    NOT NULL,
    account     BIGINT,                           -- NULL: nobody had signed in
    status      BIGINT  NOT NULL,                 -- of the HTTP answer; 499: there was none
    break_glass BOOLEAN NOT NULL,
    content     TEXT    NOT NULL,                 -- all of it, JSON; the columns above are for searching
    hash        TEXT    NOT NULL                  -- over the hash before, the number and the content
);
CREATE INDEX audit_record_time ON audit_record (time);
CREATE INDEX audit_record_account ON audit_record (account, number);
CREATE INDEX audit_record_operation ON audit_record (operation, number);
CREATE INDEX audit_record_break_glass ON audit_record (number) WHERE break_glass;

-- What the records name, for searching.
CREATE TABLE audit_touched (
    kind   TEXT   NOT NULL,                       -- patient, or a word of the plugin's
    id     TEXT   NOT NULL,
    number BIGINT NOT NULL REFERENCES audit_record (number),
    PRIMARY KEY (kind, id, number)
);
CREATE INDEX audit_touched_number ON audit_touched (number);

-- The end of the chain.
CREATE TABLE audit_head (
    id        BIGINT PRIMARY KEY CHECK (id = 1),
    number    BIGINT NOT NULL,
    hash      TEXT   NOT NULL,
    signature TEXT   NOT NULL                     -- of the two before it, by the host's key; Base64
);
INSERT INTO audit_head (id, number, hash, signature)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', '');

CREATE TRIGGER audit_record_in_order BEFORE INSERT ON audit_record
WHEN NEW.number <= (SELECT COALESCE(MAX(number), 0) FROM audit_record)
BEGIN SELECT RAISE(ABORT, 'audit records are only added'); END;
CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record
BEGIN SELECT RAISE(ABORT, 'audit records are only added'); END;
CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record
BEGIN SELECT RAISE(ABORT, 'audit records are only added'); END;
CREATE TRIGGER audit_touched_no_update BEFORE UPDATE ON audit_touched
BEGIN SELECT RAISE(ABORT, 'audit records are only added'); END;
CREATE TRIGGER audit_touched_no_delete BEFORE DELETE ON audit_touched
BEGIN SELECT RAISE(ABORT, 'audit records are only added'); END;
CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head WHEN NEW.number <= OLD.number
BEGIN SELECT RAISE(ABORT, 'audit records are only added'); END;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'audit records are only added'); END;

-- Times are milliseconds since 1970, UTC; days are days since 1970; money is in fen.

-- The accounts of this domain, for joins, counts and lists; passwords and logins are the host's.
CREATE TABLE member (
    id INTEGER PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('admin', 'doctor', 'patient')),
    username TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);

CREATE TABLE sign_in (
    id INTEGER PRIMARY KEY,
    account BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX sign_in_by_account ON sign_in (account, at);

CREATE TABLE ban (
    id INTEGER PRIMARY KEY,
    account BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('register', 'login', 'all')),
    -- Without an end: for ever.
    until BIGINT,
    reason TEXT NOT NULL,
    banned_at BIGINT NOT NULL,
    banned_by BIGINT,
    deactivated_at BIGINT,
    unban_reason TEXT
);
CREATE UNIQUE INDEX ban_active ON ban (account) WHERE deactivated_at IS NULL;
CREATE INDEX ban_by_account ON ban (account, id);

-- 就诊人: the persons that an account books for.
CREATE TABLE patient (
    id INTEGER PRIMARY KEY,
    owner BIGINT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT,
    id_card TEXT,
    identifier TEXT,
    gender TEXT CHECK (gender IN ('男', '女', '其他')),
    birth_date BIGINT,
    patient_type TEXT NOT NULL CHECK (patient_type IN ('student', 'teacher', 'staff', 'external')),
    -- Whether an administrator has confirmed the type.
    verified BOOLEAN NOT NULL,
    relation_type TEXT NOT NULL,
    is_self BOOLEAN NOT NULL,
    is_default BOOLEAN NOT NULL,
    remark TEXT,
    created_at BIGINT NOT NULL,
    -- No longer among the account's persons; orders and records still name it.
    removed_at BIGINT
);
CREATE INDEX patient_by_owner ON patient (owner, id);
CREATE INDEX patient_by_name ON patient (name);
CREATE UNIQUE INDEX patient_self ON patient (owner) WHERE is_self;
CREATE UNIQUE INDEX patient_default ON patient (owner) WHERE is_default AND removed_at IS NULL;
CREATE UNIQUE INDEX patient_id_card ON patient (owner, id_card) WHERE removed_at IS NULL AND id_card IS NOT NULL;

CREATE TABLE system_config (
    scope_type TEXT NOT NULL CHECK (scope_type IN ('GLOBAL', 'MINOR_DEPT', 'CLINIC', 'DOCTOR')),
    -- 0 where the scope is GLOBAL.
    scope_id BIGINT NOT NULL,
    config_key TEXT NOT NULL,
    value_json TEXT NOT NULL,
    PRIMARY KEY (scope_type, scope_id, config_key)
);

CREATE TABLE price (
    scope_type TEXT NOT NULL CHECK (scope_type IN ('GLOBAL', 'MINOR_DEPT', 'CLINIC', 'DOCTOR')),
    scope_id BIGINT NOT NULL,
    normal BIGINT CHECK (normal >= 0),
    expert BIGINT CHECK (expert >= 0),
    special BIGINT CHECK (special >= 0),
    PRIMARY KEY (scope_type, scope_id)
);

-- What is served below /static; the path is what follows that.
CREATE TABLE stored_file (
    path TEXT PRIMARY KEY,
    blob TEXT NOT NULL,
    media_type TEXT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    owner BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX stored_file_by_end ON stored_file (expires_at) WHERE expires_at IS NOT NULL;

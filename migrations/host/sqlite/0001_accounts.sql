-- Accounts are the host's, one for all domains. Times are milliseconds since 1970, UTC.

CREATE TABLE account (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL,
    home          TEXT    NOT NULL,               -- the domain that created it; 'host' for the administrator
    password      TEXT    NOT NULL,               -- PHC string
    created       BIGINT  NOT NULL,
    token_version BIGINT  NOT NULL DEFAULT 1,     -- tokens of another version are void
    deleted       BOOLEAN NOT NULL DEFAULT FALSE
);

-- 1 is the administrator's.
INSERT INTO sqlite_sequence (name, seq) VALUES ('account', 1);

CREATE TABLE login (
    kind    TEXT   NOT NULL,
    value   TEXT   NOT NULL,                      -- normalised: what is compared
    account BIGINT NOT NULL REFERENCES account (id),
    shown   TEXT   NOT NULL,                      -- as it was given
    PRIMARY KEY (kind, value)
) WITHOUT ROWID;
CREATE INDEX login_account ON login (account);
CREATE INDEX login_value ON login (value);

-- An account belongs to a domain, also while it may not sign in there.
CREATE TABLE membership (
    account BIGINT  NOT NULL REFERENCES account (id),
    domain  TEXT    NOT NULL,
    active  BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (account, domain)
) WITHOUT ROWID;
CREATE INDEX membership_domain ON membership (domain, account);

CREATE TABLE account_role (
    account BIGINT NOT NULL,
    domain  TEXT   NOT NULL,
    role    TEXT   NOT NULL,
    PRIMARY KEY (account, domain, role),
    FOREIGN KEY (account, domain) REFERENCES membership (account, domain)
) WITHOUT ROWID;
CREATE INDEX account_role_role ON account_role (domain, role, account);

CREATE TABLE account_attribute (
    account BIGINT NOT NULL,
    domain  TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    json    TEXT   NOT NULL,
    PRIMARY KEY (account, domain, name),
    FOREIGN KEY (account, domain) REFERENCES membership (account, domain)
) WITHOUT ROWID;
CREATE INDEX account_attribute_name ON account_attribute (domain, name, account);

-- Failures in a row for a login, existing or not.
CREATE TABLE login_failure (
    login        TEXT   PRIMARY KEY,              -- SHA-256 of the normalised login
    failures     BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    latest       BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX login_failure_latest ON login_failure (latest);

-- Refresh tokens that were traded, until they would have expired.
CREATE TABLE spent_refresh (
    jti     TEXT   PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES account (id),
    expires BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX spent_refresh_expires ON spent_refresh (expires);

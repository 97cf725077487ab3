-- Installed plugins, and which of them are active. Times are milliseconds since 1970, UTC.

-- The components: the container `packages` of the object store.
CREATE TABLE ward_blob (
    id         TEXT   PRIMARY KEY,
    sha256     TEXT   NOT NULL,
    bytes      BIGINT NOT NULL,
    media_type TEXT   NOT NULL,
    created    BIGINT NOT NULL
);
CREATE INDEX ward_blob_sha256 ON ward_blob (sha256);

CREATE TABLE plugin_package (
    name      TEXT   NOT NULL,
    version   TEXT   NOT NULL,
    digest    TEXT   NOT NULL,                    -- SHA-256 of the component, hexadecimal
    blob      TEXT   NOT NULL REFERENCES ward_blob (id),
    bytes     BIGINT NOT NULL,
    signer    TEXT,                               -- name of the trusted key; NULL: unsigned
    signature TEXT,                               -- Base64
    installed BIGINT NOT NULL,
    PRIMARY KEY (name, version)
);

-- What serves at the mount of a domain; a name that is NULL: nothing.
CREATE TABLE plugin_active (
    domain           TEXT   PRIMARY KEY,
    name             TEXT,
    version          TEXT,
    previous_name    TEXT,                        -- where a rollback leads
    previous_version TEXT,
    checkout         TEXT,                        -- digest of the development file that was last taken over
    generation       BIGINT NOT NULL,             -- counts the changes of this row
    changed          BIGINT NOT NULL,
    FOREIGN KEY (name, version) REFERENCES plugin_package (name, version),
    FOREIGN KEY (previous_name, previous_version) REFERENCES plugin_package (name, version)
);

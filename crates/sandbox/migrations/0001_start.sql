CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE workspaces (
    id              TEXT NOT NULL UNIQUE,
    organization_id TEXT NOT NULL,
    name            TEXT NOT NULL,
    slug            TEXT NOT NULL UNIQUE,
    tombstone       INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    settings        TEXT NOT NULL
);

CREATE TABLE actors (
    id            TEXT NOT NULL UNIQUE,
    kind          TEXT NOT NULL,
    workspace_id  TEXT NOT NULL REFERENCES workspaces (id),
    definition_id TEXT NOT NULL,
    name          TEXT NOT NULL,
    configuration TEXT NOT NULL,
    tombstone     INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
);
CREATE INDEX actors_by_name ON actors (workspace_id, kind, tombstone, lower(name), id);
CREATE INDEX actors_by_definition ON actors (definition_id);

-- The configured streams of connections. Thousands of connections often share one list, which is kept once.
CREATE TABLE stream_lists (
    id      INTEGER PRIMARY KEY,
    hash    INTEGER NOT NULL,
    streams TEXT NOT NULL
);
CREATE INDEX stream_lists_by_hash ON stream_lists (hash);

CREATE TABLE connections (
    id             TEXT NOT NULL UNIQUE,
    workspace_id   TEXT NOT NULL REFERENCES workspaces (id),
    source_id      TEXT NOT NULL REFERENCES actors (id),
    destination_id TEXT NOT NULL REFERENCES actors (id),
    name           TEXT NOT NULL,
    status         TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    -- When its schedule fires next; null while a job runs and where nothing is scheduled.
    next_run_at    INTEGER,
    details        TEXT NOT NULL,
    stream_list    INTEGER NOT NULL REFERENCES stream_lists (id)
);
CREATE INDEX connections_by_name ON connections (workspace_id, lower(name), id);
CREATE INDEX connections_by_source ON connections (source_id);
CREATE INDEX connections_by_destination ON connections (destination_id);
CREATE INDEX connections_by_stream_list ON connections (stream_list);
CREATE INDEX connections_due ON connections (next_run_at) WHERE next_run_at IS NOT NULL;

CREATE TABLE jobs (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id TEXT NOT NULL REFERENCES connections (id),
    config_type   TEXT NOT NULL,
    status        TEXT NOT NULL,
    scheduled     INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    started_at    INTEGER,
    -- When the job moves on by itself; null once it has ended.
    next_event_at INTEGER,
    plan          TEXT NOT NULL
);
CREATE INDEX jobs_by_connection ON jobs (connection_id, created_at, id);
CREATE INDEX jobs_due ON jobs (next_event_at) WHERE next_event_at IS NOT NULL;
CREATE INDEX jobs_by_time ON jobs (created_at, id);

CREATE TABLE attempts (
    job_id     INTEGER NOT NULL REFERENCES jobs (id),
    number     INTEGER NOT NULL,
    status     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    ended_at   INTEGER,
    PRIMARY KEY (job_id, number)
) WITHOUT ROWID;

CREATE TABLE catalogs (
    id            TEXT NOT NULL UNIQUE,
    source_id     TEXT NOT NULL,
    configuration TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    catalog       TEXT NOT NULL
);
CREATE INDEX catalogs_by_source ON catalogs (source_id, created_at);

CREATE TABLE states (
    connection_id TEXT PRIMARY KEY REFERENCES connections (id),
    state         TEXT NOT NULL
) WITHOUT ROWID;

-- Small resources that are only put, read and listed: tags, operations, custom definitions, applications …
CREATE TABLE documents (
    kind       TEXT NOT NULL,
    id         TEXT NOT NULL,
    owner      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    document   TEXT NOT NULL,
    UNIQUE (kind, id)
);
CREATE INDEX documents_by_owner ON documents (kind, owner);

-- The timeline of a connection.
CREATE TABLE events (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id TEXT NOT NULL REFERENCES connections (id),
    kind          TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    job_id        INTEGER,
    summary       TEXT NOT NULL
);
CREATE INDEX events_by_connection ON events (connection_id, number);

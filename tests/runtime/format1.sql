-- The tables as Kestrel 0.1 first wrote them.
CREATE TABLE meta(key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE schemas(digest TEXT PRIMARY KEY, ir BLOB NOT NULL) STRICT;

-- body: the canonical document, or where base is set, the RFC 6902 patch from base's document
CREATE TABLE documents(
    digest TEXT NOT NULL, schema TEXT NOT NULL REFERENCES schemas,
    base TEXT, depth INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (digest, schema)) STRICT;

CREATE TABLE generations(
    number INTEGER PRIMARY KEY, parent INTEGER, restores INTEGER,
    schema TEXT NOT NULL, document TEXT NOT NULL,
    audit_id TEXT NOT NULL, event_id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL,
    ts TEXT NOT NULL, status TEXT NOT NULL) STRICT;
CREATE INDEX generations_by_change ON generations(audit_id);

CREATE TABLE rollback_info(
    generation INTEGER PRIMARY KEY REFERENCES generations, target INTEGER NOT NULL,
    inverse BLOB NOT NULL, reason TEXT, result TEXT) STRICT;

-- ts in microseconds since 1970; event, status and ts repeat what body says, to be searched
CREATE TABLE events(
    seq INTEGER PRIMARY KEY, event TEXT NOT NULL, status TEXT NOT NULL, ts INTEGER NOT NULL,
    body BLOB NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL) STRICT;

-- state: open, committed or aborted
CREATE TABLE intents(
    id TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT,
    audit_id TEXT NOT NULL, base INTEGER NOT NULL, schema TEXT NOT NULL, document TEXT NOT NULL,
    change_set BLOB NOT NULL, consequences BLOB NOT NULL, restart INTEGER NOT NULL,
    coordinator TEXT NOT NULL, opened TEXT NOT NULL, bound REAL NOT NULL) STRICT;
CREATE UNIQUE INDEX one_open_intent ON intents(state) WHERE state = 'open';

CREATE TABLE approvals(
    plan_digest TEXT NOT NULL, log_id TEXT NOT NULL, actor TEXT NOT NULL, note TEXT,
    granted TEXT NOT NULL, expires TEXT, spent_by TEXT,
    PRIMARY KEY (plan_digest, actor)) STRICT;

-- acknowledged, refused: the intent; a replica lives as long as its lock file is locked
CREATE TABLE replicas(
    id TEXT PRIMARY KEY, program TEXT NOT NULL, schema TEXT, joined TEXT NOT NULL,
    acknowledged TEXT, refused TEXT, reason TEXT,
    generation INTEGER NOT NULL, unprepared INTEGER NOT NULL DEFAULT 0,
    restart_pending INTEGER NOT NULL DEFAULT 0, degraded TEXT) STRICT;

-- signed tree heads
CREATE TABLE checkpoints(size INTEGER PRIMARY KEY, root BLOB NOT NULL, note BLOB NOT NULL) STRICT;

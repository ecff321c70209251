"""The tables of a state file, and what marks it as one."""

APPLICATION_ID = 0x4B53544C
"""`KSTL`, in the header of the database (SQLite file format, section 1.3)."""
FORMAT = 2
"""In the header's user version. A program refuses a state whose format it does not know; `upgrade`
has the way from each older one."""

WINDOWS = """
-- Committed, and to be taken back unless it is confirmed. id: the first application in it; base:
-- the generation to go back to, last: the newest that waits; kind: person or probes; state: open,
-- confirmed or undone. Uptimes in ns since `boot`, walls in microseconds since 1970.
CREATE TABLE windows(
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, audit_id TEXT NOT NULL,
    base INTEGER NOT NULL, last INTEGER NOT NULL,
    boot TEXT NOT NULL, armed INTEGER NOT NULL, until INTEGER NOT NULL,
    armed_wall INTEGER NOT NULL, until_wall INTEGER NOT NULL,
    ended_by TEXT, reason TEXT) STRICT;
CREATE UNIQUE INDEX one_open_window ON windows(state) WHERE state = 'open';
"""

TABLES = f"""
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

-- state: open, committed or aborted; settles: the window whose changes it takes back;
-- refresh: it changes nothing but what secret references lead to
CREATE TABLE intents(
    id TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT,
    audit_id TEXT NOT NULL, base INTEGER NOT NULL, schema TEXT NOT NULL, document TEXT NOT NULL,
    change_set BLOB NOT NULL, consequences BLOB NOT NULL, restart INTEGER NOT NULL,
    coordinator TEXT NOT NULL, opened TEXT NOT NULL, bound REAL NOT NULL,
    settles TEXT, refresh INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE UNIQUE INDEX one_open_intent ON intents(state) WHERE state = 'open';

CREATE TABLE approvals(
    plan_digest TEXT NOT NULL, log_id TEXT NOT NULL, actor TEXT NOT NULL, note TEXT,
    granted TEXT NOT NULL, expires TEXT, spent_by TEXT, audit_id TEXT,
    PRIMARY KEY (plan_digest, actor)) STRICT;

{WINDOWS}
-- acknowledged, refused: the intent; a replica lives as long as its lock file is locked.
-- document: what it serves; probes: seconds that its health probes may take, 0 without any;
-- checked: the generation that they looked at last, unhealthy: what they found wrong with it.
CREATE TABLE replicas(
    id TEXT PRIMARY KEY, program TEXT NOT NULL, schema TEXT, joined TEXT NOT NULL,
    acknowledged TEXT, refused TEXT, reason TEXT,
    generation INTEGER NOT NULL, unprepared INTEGER NOT NULL DEFAULT 0,
    restart_pending INTEGER NOT NULL DEFAULT 0, degraded TEXT,
    document TEXT, probes REAL NOT NULL DEFAULT 0,
    checked INTEGER NOT NULL DEFAULT 0, unhealthy TEXT) STRICT;

-- signed tree heads
CREATE TABLE checkpoints(size INTEGER PRIMARY KEY, root BLOB NOT NULL, note BLOB NOT NULL) STRICT;
"""

TILES = """
-- made with the first checkpoint. hash: of the complete subtree over events 256 * number + 1 on
CREATE TABLE IF NOT EXISTS tiles(number INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
"""
UPGRADES: dict[int, str] = {
    1: f"""
ALTER TABLE intents ADD COLUMN settles TEXT;
ALTER TABLE intents ADD COLUMN refresh INTEGER NOT NULL DEFAULT 0;
ALTER TABLE approvals ADD COLUMN audit_id TEXT;
ALTER TABLE replicas ADD COLUMN document TEXT;
ALTER TABLE replicas ADD COLUMN probes REAL NOT NULL DEFAULT 0;
ALTER TABLE replicas ADD COLUMN checked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replicas ADD COLUMN unhealthy TEXT;
{WINDOWS}
""",
}
"""From each older format to the next."""

-- The loop: members, asks, sittings, answers, the ledger, and the tables derived from it.
-- Moments are INTEGER milliseconds since 1970 UTC; ids are Discord's snowflakes unless said otherwise.

CREATE TABLE member (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,               -- as Discord showed it when we last heard from them
    zone       TEXT    NOT NULL DEFAULT 'UTC', -- IANA name
    first_seen INTEGER NOT NULL
) STRICT;

-- Each version of a question that was ever asked, so that old answers can be read and regraded.
CREATE TABLE question_version (
    digest      TEXT    PRIMARY KEY,           -- SHA-256 of content, hexadecimal
    question_id TEXT    NOT NULL,
    content     TEXT    NOT NULL CHECK (json_valid(content)),
    first_used  INTEGER NOT NULL
) STRICT;

-- One question put to someone in one message.
CREATE TABLE ask (
    id          INTEGER PRIMARY KEY,           -- the interaction that asked
    door        TEXT    NOT NULL CHECK (door IN ('practice')),
    question_id TEXT    NOT NULL,
    digest      TEXT    NOT NULL REFERENCES question_version (digest),
    asked_by    INTEGER NOT NULL REFERENCES member (id),
    guild_id    INTEGER,                       -- the server on whose board it counts, NULL: the global one only
    channel_id  INTEGER NOT NULL,
    private     INTEGER NOT NULL CHECK (private IN (0, 1)),
    dm          INTEGER NOT NULL CHECK (dm IN (0, 1)),
    asked_at    INTEGER NOT NULL,
    closed_at   INTEGER                        -- a DM ask closes for plain text with its verdict
) STRICT;

CREATE INDEX ask_in_channel ON ask (channel_id, asked_at DESC);

-- One member's dealing with one ask. Derived from the ledger.
CREATE TABLE sitting (
    ask_id      INTEGER NOT NULL REFERENCES ask (id),
    member_id   INTEGER NOT NULL REFERENCES member (id),
    tries       INTEGER NOT NULL DEFAULT 0,
    value       REAL,                          -- points reached by all tries together, unrounded
    revealed_at INTEGER,
    PRIMARY KEY (ask_id, member_id)
) STRICT, WITHOUT ROWID;

-- What members typed. Inserted before it is acknowledged, graded afterwards.
CREATE TABLE answer (
    id          INTEGER PRIMARY KEY,           -- the interaction, or the message for plain text
    ask_id      INTEGER NOT NULL REFERENCES ask (id),
    member_id   INTEGER NOT NULL REFERENCES member (id),
    source      TEXT    NOT NULL CHECK (source IN ('form', 'message')),
    text        TEXT    NOT NULL,
    text_digest TEXT    NOT NULL,              -- of the text without regard to case and spaces
    sure        TEXT    CHECK (sure IN ('guess', 'fairly', 'certain')),
    state       TEXT    NOT NULL CHECK (state IN ('received', 'settled', 'refused')),
    channel_id  INTEGER NOT NULL,
    token       TEXT,                          -- of the interaction; erased after use
    received_at INTEGER NOT NULL,
    zone        TEXT    NOT NULL,
    local_date  TEXT    NOT NULL,
    settled_at  INTEGER,
    in_place    INTEGER NOT NULL DEFAULT 1 CHECK (in_place IN (0, 1)), -- the verdict can be shown where it was asked for
    shown_at    INTEGER,                       -- when Discord took the verdict
    outcome     TEXT    CHECK (outcome IS NULL OR json_valid(outcome)),
    CHECK ((state = 'settled') = (outcome IS NOT NULL))
) STRICT;

-- A second press with the same text finds the first answer.
CREATE UNIQUE INDEX answer_once ON answer (ask_id, member_id, text_digest) WHERE state <> 'refused';
CREATE INDEX answer_unsettled ON answer (received_at) WHERE state = 'received';
CREATE INDEX answer_unshown ON answer (member_id, received_at) WHERE state <> 'refused' AND shown_at IS NULL;

-- The append-only list of all member events.
CREATE TABLE ledger (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    key         TEXT    NOT NULL UNIQUE,       -- says what happened once and only once, such as 'answer:<id>'
    kind        TEXT    NOT NULL CHECK (kind IN ('asked', 'graded', 'revealed')),
    at          INTEGER NOT NULL,
    member_id   INTEGER NOT NULL REFERENCES member (id),
    zone        TEXT    NOT NULL,
    local_date  TEXT    NOT NULL,
    guild_id    INTEGER,
    ask_id      INTEGER NOT NULL REFERENCES ask (id),
    question_id TEXT    NOT NULL,
    answer_id   INTEGER REFERENCES answer (id),
    score       REAL,                          -- 0 to 10; NULL where there is none or it is withheld
    points      INTEGER NOT NULL DEFAULT 0,
    streak_day  INTEGER NOT NULL DEFAULT 0 CHECK (streak_day IN (0, 1)),
    grader      TEXT,                          -- digest of the grader
    digest      TEXT    REFERENCES question_version (digest),
    detail      TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(detail))
) STRICT;

CREATE INDEX ledger_of_member ON ledger (member_id, question_id, at);

CREATE TRIGGER ledger_is_append_only BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- Points per server (guild_id 0: everywhere together). Derived from the ledger.
CREATE TABLE standing (
    guild_id  INTEGER NOT NULL,
    member_id INTEGER NOT NULL REFERENCES member (id),
    points    INTEGER NOT NULL,
    PRIMARY KEY (guild_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX standing_order ON standing (guild_id, points DESC, member_id);

-- Derived from the ledger's streak days.
CREATE TABLE streak (
    member_id INTEGER PRIMARY KEY REFERENCES member (id),
    count     INTEGER NOT NULL,
    best      INTEGER NOT NULL,
    last_day  TEXT    NOT NULL
) STRICT;

-- Small facts of this installation, such as the digest of the commands Discord knows.
CREATE TABLE note (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

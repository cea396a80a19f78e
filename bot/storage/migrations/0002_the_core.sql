-- Hints, follow-ups, zones, freezes, boards by period, answers typed in several messages, near-copies.

ALTER TABLE member ADD COLUMN next_zone TEXT;              -- in force from next_zone_at on
ALTER TABLE member ADD COLUMN next_zone_at INTEGER;
ALTER TABLE member ADD COLUMN zone_chosen_at INTEGER;      -- NULL until the member chose themselves
ALTER TABLE member ADD COLUMN on_boards INTEGER NOT NULL DEFAULT 1 CHECK (on_boards IN (0, 1));
ALTER TABLE member ADD COLUMN on_global_board INTEGER NOT NULL DEFAULT 0 CHECK (on_global_board IN (0, 1));
ALTER TABLE member ADD COLUMN private INTEGER NOT NULL DEFAULT 0 CHECK (private IN (0, 1)); -- /ask, unless told otherwise
ALTER TABLE member ADD COLUMN extra_time INTEGER NOT NULL DEFAULT 0 CHECK (extra_time BETWEEN 0 AND 100); -- percent

CREATE TABLE guild (
    id      INTEGER PRIMARY KEY,
    sharing INTEGER NOT NULL DEFAULT 1 CHECK (sharing IN (0, 1)) -- members may share answers in channels
) STRICT;

-- What was asked for, so that the next question can be of the same kind.
ALTER TABLE ask ADD COLUMN topic TEXT;
ALTER TABLE ask ADD COLUMN level TEXT;

ALTER TABLE sitting ADD COLUMN hints INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sitting ADD COLUMN passed_at INTEGER;
ALTER TABLE sitting ADD COLUMN rating TEXT CHECK (rating IN ('missed', 'partly', 'got it'));

ALTER TABLE answer ADD COLUMN probe INTEGER;               -- place of the point whose probe a follow-up answers
CREATE INDEX answer_of_member ON answer (member_id, received_at) WHERE state <> 'refused';
CREATE INDEX answer_to_ask ON answer (ask_id, member_id, received_at);

-- Messages of an answer that is still being typed in a DM. They become one answer, and go.
CREATE TABLE typed (
    message_id INTEGER PRIMARY KEY,
    ask_id     INTEGER NOT NULL REFERENCES ask (id),
    member_id  INTEGER NOT NULL REFERENCES member (id),
    channel_id INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    at         INTEGER NOT NULL
) STRICT;

CREATE INDEX typed_by ON typed (ask_id, member_id, message_id);

-- Where near-copies are looked for: fingerprints of the answers to asks that are still open.
CREATE TABLE fingerprint (
    ask_id    INTEGER NOT NULL REFERENCES ask (id),
    hash      INTEGER NOT NULL,
    answer_id INTEGER NOT NULL REFERENCES answer (id),
    PRIMARY KEY (ask_id, hash, answer_id)
) STRICT, WITHOUT ROWID;

-- The ledger again, with more kinds, and with events that concern no ask.
CREATE TABLE event_kind (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO event_kind VALUES
    ('asked'), ('hinted'), ('graded'), ('revealed'), ('passed'), ('rated'), ('disputed'), ('shared'), ('withdrawn'),
    ('zoned');

DROP TRIGGER ledger_is_append_only;
ALTER TABLE ledger RENAME TO old_ledger;
DROP INDEX ledger_of_member;

CREATE TABLE ledger (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    key         TEXT    NOT NULL UNIQUE,       -- says what happened once and only once, such as 'answer:<id>'
    kind        TEXT    NOT NULL REFERENCES event_kind (name),
    at          INTEGER NOT NULL,
    member_id   INTEGER NOT NULL REFERENCES member (id),
    zone        TEXT    NOT NULL,
    local_date  TEXT    NOT NULL,
    guild_id    INTEGER,
    ask_id      INTEGER REFERENCES ask (id),
    question_id TEXT,
    answer_id   INTEGER REFERENCES answer (id),
    score       REAL,                          -- 0 to 10; NULL where there is none or it is withheld
    points      INTEGER NOT NULL DEFAULT 0,
    value       REAL,                          -- points of all tries together, unrounded
    hints       INTEGER NOT NULL DEFAULT 0,    -- the stage a hint reached; how many a try had before it
    streak_day  INTEGER NOT NULL DEFAULT 0 CHECK (streak_day IN (0, 1)),
    grader      TEXT,                          -- digest of the grader
    digest      TEXT    REFERENCES question_version (digest),
    detail      TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(detail)),
    CHECK ((ask_id IS NULL) = (question_id IS NULL))
) STRICT;

INSERT INTO ledger (seq, key, kind, at, member_id, zone, local_date, guild_id, ask_id, question_id, answer_id, score,
                    points, value, streak_day, grader, digest, detail)
SELECT seq, key, kind, at, member_id, zone, local_date, guild_id, ask_id, question_id, answer_id, score, points,
       -- The value was kept per sitting only, so just the last try knows it.
       CASE WHEN kind = 'graded' AND seq = max(CASE kind WHEN 'graded' THEN seq END)
                                           OVER (PARTITION BY ask_id, member_id)
            THEN (SELECT value FROM sitting
                  WHERE sitting.ask_id = old_ledger.ask_id AND sitting.member_id = old_ledger.member_id)
       END,
       streak_day, grader, digest, detail
FROM old_ledger ORDER BY seq;

DROP TABLE old_ledger;

CREATE INDEX ledger_of_member ON ledger (member_id, question_id, at);
CREATE INDEX ledger_streak ON ledger (member_id, at, seq) WHERE streak_day = 1;
CREATE INDEX ledger_zones ON ledger (member_id, seq) WHERE kind = 'zoned';

CREATE TRIGGER ledger_is_append_only BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- When a member last met a question, and the best score so far. Derived from the ledger.
CREATE TABLE seen (
    member_id   INTEGER NOT NULL REFERENCES member (id),
    question_id TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    best        REAL,
    PRIMARY KEY (member_id, question_id)
) STRICT, WITHOUT ROWID;

-- Points per server (guild_id 0: everywhere together) and period. Derived from the ledger and the member's wishes.
DROP TABLE standing;
CREATE TABLE standing (
    guild_id  INTEGER NOT NULL,
    period    TEXT    NOT NULL,                -- 'all', a month ('2026-03') or a week's Monday ('2026-03-02')
    member_id INTEGER NOT NULL REFERENCES member (id),
    points    INTEGER NOT NULL,
    listed    INTEGER NOT NULL CHECK (listed IN (0, 1)), -- others may see it
    PRIMARY KEY (guild_id, period, member_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX standing_order ON standing (guild_id, period, points DESC, member_id) WHERE listed = 1;
CREATE INDEX standing_of_member ON standing (member_id);

-- Derived from the ledger's streak days.
DROP TABLE streak;
CREATE TABLE streak (
    member_id INTEGER PRIMARY KEY REFERENCES member (id),
    count     INTEGER NOT NULL,
    best      INTEGER NOT NULL,
    last_day  TEXT    NOT NULL,
    days      INTEGER NOT NULL,                -- that ever counted
    freezes   INTEGER NOT NULL,
    counted_at INTEGER NOT NULL                -- of the event that counted last
) STRICT;

-- When the bot was there: connected to Discord and serving.
CREATE TABLE uptime (
    since INTEGER PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT;

CREATE INDEX uptime_until ON uptime (until);

-- The next start fills the derived tables anew from the ledger.
INSERT INTO note (key, value) VALUES ('rebuild', 'due');

-- The daily question: schedules, their days, and asks that nobody in particular asked for.

-- Which door an ask came through.
CREATE TABLE door (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO door VALUES ('practice'), ('daily');

-- The asks again. (Foreign keys are off during a migration, so what refers to them stays as it is.)
CREATE TABLE new_ask (
    id          INTEGER PRIMARY KEY,           -- the interaction that asked; below 2^32 our own number
    door        TEXT    NOT NULL REFERENCES door (name),
    question_id TEXT    NOT NULL,
    digest      TEXT    NOT NULL REFERENCES question_version (digest),
    asked_by    INTEGER REFERENCES member (id), -- NULL: nobody in particular (a daily)
    guild_id    INTEGER,                       -- the server on whose board it counts, NULL: the global one only
    channel_id  INTEGER NOT NULL,
    private     INTEGER NOT NULL CHECK (private IN (0, 1)),
    dm          INTEGER NOT NULL CHECK (dm IN (0, 1)),
    asked_at    INTEGER NOT NULL,
    closed_at   INTEGER,                       -- a DM ask closes for plain text with its verdict, a daily for points
    topic       TEXT,                          -- what was asked for, so that the next question can be of the same kind
    level       TEXT
) STRICT;

INSERT INTO new_ask (id, door, question_id, digest, asked_by, guild_id, channel_id, private, dm, asked_at, closed_at,
                     topic, level)
SELECT id, door, question_id, digest, asked_by, guild_id, channel_id, private, dm, asked_at, closed_at, topic, level
FROM ask;

DROP TABLE ask;
ALTER TABLE new_ask RENAME TO ask;

CREATE INDEX ask_in_channel ON ask (channel_id, asked_at DESC);
CREATE INDEX ask_daily ON ask (guild_id, question_id) WHERE door = 'daily';
CREATE INDEX ask_daily_open ON ask (guild_id, question_id) WHERE door = 'daily' AND closed_at IS NULL;

-- When and where a server gets its daily question.
CREATE TABLE schedule (
    id         INTEGER PRIMARY KEY,            -- our own number
    guild_id   INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    zone       TEXT    NOT NULL,               -- IANA name
    minute     INTEGER NOT NULL CHECK (minute BETWEEN 0 AND 1439), -- of the local day
    days       INTEGER NOT NULL CHECK (days BETWEEN 1 AND 127),    -- bit 0: Monday
    topics     TEXT    NOT NULL CHECK (json_valid(topics)),
    level      TEXT,
    role_id    INTEGER,                        -- is pinged
    thread     INTEGER NOT NULL CHECK (thread IN (0, 1)),
    owner_id   INTEGER REFERENCES member (id), -- who set it up, and hears of trouble
    paused     INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    handled    INTEGER NOT NULL,               -- what was due until then is dealt with
    next_at    INTEGER,                        -- when it is due next; NULL while it is paused, and once removed
    removed_at INTEGER
) STRICT;

CREATE INDEX schedule_due ON schedule (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX schedule_of_guild ON schedule (guild_id, id) WHERE removed_at IS NULL;

-- One day of a schedule. The row stands before anything is posted, so that no day is posted twice.
CREATE TABLE daily (
    schedule_id INTEGER NOT NULL REFERENCES schedule (id),
    day         TEXT    NOT NULL,              -- local date
    state       TEXT    NOT NULL CHECK (state IN ('claimed', 'posted', 'closing', 'closed', 'failed', 'skipped')),
    due_at      INTEGER NOT NULL,
    channel_id  INTEGER NOT NULL,
    ask_id      INTEGER REFERENCES ask (id),
    message_id  INTEGER,
    tries       INTEGER NOT NULL DEFAULT 0,
    tried_at    INTEGER,                       -- when the last try began
    unsure      INTEGER NOT NULL DEFAULT 0 CHECK (unsure IN (0, 1)), -- a try began of which we do not know the end
    again_at    INTEGER,                       -- when there is something to do (again): to post, to make the thread, to close
    reason      TEXT,                          -- what went wrong last
    PRIMARY KEY (schedule_id, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX daily_to_do ON daily (state, again_at) WHERE again_at IS NOT NULL;
CREATE INDEX daily_open ON daily (schedule_id, day) WHERE state = 'posted';
CREATE INDEX daily_claimed ON daily (schedule_id, day) WHERE state = 'claimed';

-- What a schedule's owner is to be told: by DM, else at the next /daily.
CREATE TABLE schedule_notice (
    schedule_id INTEGER NOT NULL REFERENCES schedule (id),
    kind        TEXT    NOT NULL CHECK (kind IN ('trouble', 'pool')),
    text        TEXT    NOT NULL,
    told        INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1, 2)), -- 0: by DM, as soon as may be; 1: done; 2: at the next /daily
    PRIMARY KEY (schedule_id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX schedule_notice_new ON schedule_notice (schedule_id, kind) WHERE told = 0;

-- A daily's close locks its question for those who took part.
INSERT INTO event_kind VALUES ('closed');

CREATE INDEX ledger_shared ON ledger (ask_id, answer_id) WHERE kind IN ('shared', 'withdrawn');

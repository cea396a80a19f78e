-- Reviews, improvement, regrades, reminders, news for members, and who has left a server.

INSERT INTO door VALUES ('review');
INSERT INTO event_kind VALUES ('regraded'), ('reviewed');

ALTER TABLE member ADD COLUMN stats_shown INTEGER NOT NULL DEFAULT 0 CHECK (stats_shown IN (0, 1)); -- others may look
ALTER TABLE member ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0 CHECK (reminders IN (0, 1));
ALTER TABLE member ADD COLUMN remind_at INTEGER;           -- when to look whether there is something to remind of
ALTER TABLE member ADD COLUMN reminded_on TEXT;            -- the local day of the last reminder

CREATE INDEX member_to_remind ON member (remind_at) WHERE remind_at IS NOT NULL;

-- Spaced repetition: how well a member knows a question, and when to ask again. Derived from the ledger.
CREATE TABLE review (
    member_id   INTEGER NOT NULL REFERENCES member (id),
    question_id TEXT    NOT NULL,
    due         INTEGER NOT NULL,
    reviewed_at INTEGER NOT NULL,
    stability   REAL    NOT NULL,              -- days, as FSRS means it
    difficulty  REAL    NOT NULL,              -- 1 to 10
    state       INTEGER NOT NULL,              -- of FSRS
    lapses      INTEGER NOT NULL,              -- how often it was known and then not
    PRIMARY KEY (member_id, question_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX review_due ON review (member_id, due);

-- How much better than before: what a question's best score rose by on later days. Derived, like the points.
ALTER TABLE standing ADD COLUMN gain REAL NOT NULL DEFAULT 0;
CREATE INDEX standing_gain ON standing (guild_id, period, gain DESC, member_id) WHERE listed = 1 AND gain > 0;

-- The local day on which a question's best score was reached: only what rises above an earlier day's is improvement.
ALTER TABLE seen ADD COLUMN best_on TEXT;

-- A member's local days: how much was graded, the best score, and how the day held the streak (NULL: it did not).
-- Derived from the ledger, like the streak itself.
CREATE TABLE practice_day (
    member_id INTEGER NOT NULL REFERENCES member (id),
    day       TEXT    NOT NULL,
    answers   INTEGER NOT NULL DEFAULT 0,
    best      REAL,
    how       TEXT    CHECK (how IN ('counted', 'frozen', 'away', 'zone')),
    PRIMARY KEY (member_id, day)
) STRICT, WITHOUT ROWID;

-- What a member is to be told at their next use: once.
CREATE TABLE news (
    id        INTEGER PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES member (id),
    kind      TEXT    NOT NULL CHECK (kind IN ('regraded', 'reminders stopped')),
    at        INTEGER NOT NULL,
    detail    TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(detail)),
    told_at   INTEGER
) STRICT;

CREATE INDEX news_to_tell ON news (member_id) WHERE told_at IS NULL;
CREATE INDEX news_of_member ON news (member_id);

-- Whether people on a server's boards are still there; looked up at most once a day.
CREATE TABLE presence (
    guild_id   INTEGER NOT NULL,
    member_id  INTEGER NOT NULL REFERENCES member (id),
    here       INTEGER NOT NULL CHECK (here IN (0, 1)),
    checked_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX presence_of_member ON presence (member_id);

-- What deletion and regrading look up.
CREATE INDEX ledger_of_answer ON ledger (answer_id) WHERE answer_id IS NOT NULL;
CREATE INDEX ledger_of_ask ON ledger (ask_id) WHERE ask_id IS NOT NULL;
CREATE INDEX ask_of_member ON ask (asked_by) WHERE asked_by IS NOT NULL;
CREATE INDEX sitting_of_member ON sitting (member_id);
CREATE INDEX fingerprint_of_answer ON fingerprint (answer_id);
CREATE INDEX typed_of_member ON typed (member_id);
CREATE INDEX interview_of_host ON interview (host_id);
CREATE INDEX judgement_of_member ON interview_judgement (member_id);

INSERT INTO note (key, value) VALUES ('rebuild', 'due') ON CONFLICT (key) DO UPDATE SET value = excluded.value;

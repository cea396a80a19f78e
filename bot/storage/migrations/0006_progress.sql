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
    due         TEXT    NOT NULL,              -- local date
    reviewed_on TEXT    NOT NULL,              -- local date
    stability   REAL    NOT NULL,              -- days, as FSRS means it
    difficulty  REAL    NOT NULL,              -- 1 to 10
    lapses      INTEGER NOT NULL,              -- how often it came again and was not known
    PRIMARY KEY (member_id, question_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX review_due ON review (member_id, due);

-- When this sitting first said how well its member knows the question: only that is a review.
ALTER TABLE sitting ADD COLUMN recalled_at INTEGER;

-- What was put for review lately; such an ask is open to one member, not to many.
CREATE INDEX ask_for_review ON ask (asked_by, asked_at) WHERE door = 'review';
DROP INDEX ask_open_to_many;
CREATE INDEX ask_open_to_many ON ask (guild_id, question_id) WHERE door IN ('daily', 'interview') AND closed_at IS NULL;

-- How much better than before: what a question's best score rose by on later days. Derived, like the points.
ALTER TABLE standing ADD COLUMN gain REAL NOT NULL DEFAULT 0;
CREATE INDEX standing_gain ON standing (guild_id, period, gain DESC, member_id) WHERE listed = 1 AND gain > 0;

-- How many members a board shows, by steps: one step a point (or half a point of improvement) at first, wider ones later.
-- It says "top n %" without counting a million, and follows from the standings by itself.
ALTER TABLE standing ADD COLUMN points_step INTEGER GENERATED ALWAYS AS (
    CASE WHEN listed = 1 AND points > 0 THEN 
        CASE WHEN points < 200 THEN points WHEN points < 2000 THEN 192 + points / 25
             WHEN points < 20000 THEN 264 + points / 250 ELSE 336 + min(points, 2000000) / 2500 END END);
ALTER TABLE standing ADD COLUMN gain_step INTEGER GENERATED ALWAYS AS (
    CASE WHEN listed = 1 AND gain > 0
         THEN CASE WHEN gain < 100 THEN CAST(2 * gain AS INTEGER) ELSE 180 + CAST(gain / 5 AS INTEGER) END END);
CREATE TABLE crowd (
    guild_id INTEGER NOT NULL,
    period   TEXT    NOT NULL,
    measure  TEXT    NOT NULL CHECK (measure IN ('points', 'gain')),
    step     INTEGER NOT NULL,
    members  INTEGER NOT NULL,
    PRIMARY KEY (guild_id, period, measure, step)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER points_enter AFTER INSERT ON standing WHEN NEW.points_step IS NOT NULL
BEGIN
    INSERT INTO crowd VALUES (NEW.guild_id, NEW.period, 'points', NEW.points_step, 1)
    ON CONFLICT DO UPDATE SET members = members + 1;
END;

CREATE TRIGGER points_leave AFTER DELETE ON standing WHEN OLD.points_step IS NOT NULL
BEGIN
    UPDATE crowd SET members = members - 1
    WHERE guild_id = OLD.guild_id AND period = OLD.period AND measure = 'points' AND step = OLD.points_step;
    DELETE FROM crowd
    WHERE guild_id = OLD.guild_id AND period = OLD.period AND measure = 'points' AND step = OLD.points_step AND members = 0;
END;

CREATE TRIGGER points_move AFTER UPDATE OF points, listed ON standing WHEN OLD.points_step IS NOT NEW.points_step
BEGIN
    UPDATE crowd SET members = members - 1
    WHERE guild_id = OLD.guild_id AND period = OLD.period AND measure = 'points' AND step = OLD.points_step;
    DELETE FROM crowd
    WHERE guild_id = OLD.guild_id AND period = OLD.period AND measure = 'points' AND step = OLD.points_step AND members = 0;
    INSERT INTO crowd SELECT NEW.guild_id, NEW.period, 'points', NEW.points_step, 1 WHERE NEW.points_step IS NOT NULL
    ON CONFLICT DO UPDATE SET members = members + 1;
END;

CREATE TRIGGER gain_enter AFTER INSERT ON standing WHEN NEW.gain_step IS NOT NULL
BEGIN
    INSERT INTO crowd VALUES (NEW.guild_id, NEW.period, 'gain', NEW.gain_step, 1)
    ON CONFLICT DO UPDATE SET members = members + 1;
END;

CREATE TRIGGER gain_leave AFTER DELETE ON standing WHEN OLD.gain_step IS NOT NULL
BEGIN
    UPDATE crowd SET members = members - 1
    WHERE guild_id = OLD.guild_id AND period = OLD.period AND measure = 'gain' AND step = OLD.gain_step;
    DELETE FROM crowd
    WHERE guild_id = OLD.guild_id AND period = OLD.period AND measure = 'gain' AND step = OLD.gain_step AND members = 0;
END;

CREATE TRIGGER gain_move AFTER UPDATE OF gain, listed ON standing WHEN OLD.gain_step IS NOT NEW.gain_step
BEGIN
    UPDATE crowd SET members = members - 1
    WHERE guild_id = OLD.guild_id AND period = OLD.period AND measure = 'gain' AND step = OLD.gain_step;
    DELETE FROM crowd
    WHERE guild_id = OLD.guild_id AND period = OLD.period AND measure = 'gain' AND step = OLD.gain_step AND members = 0;
    INSERT INTO crowd SELECT NEW.guild_id, NEW.period, 'gain', NEW.gain_step, 1 WHERE NEW.gain_step IS NOT NULL
    ON CONFLICT DO UPDATE SET members = members + 1;
END;

-- The local day on which a question's best score was reached: only what rises above an earlier day's is improvement.
ALTER TABLE seen ADD COLUMN best_on TEXT;

-- A member's local days: how much was graded, the best score, and how the day held the streak (NULL: it did not).
-- Derived from the ledger, like the streak itself.
CREATE TABLE practice_day (
    member_id INTEGER NOT NULL REFERENCES member (id),
    day       TEXT    NOT NULL,
    answers   INTEGER NOT NULL DEFAULT 0,
    best      REAL,
    how       TEXT    CHECK (how IN ('answer', 'voice', 'review', 'frozen', 'away', 'zone')),
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

-- They wish to be forgotten; once nothing else is left of them, this row goes, too.
ALTER TABLE member ADD COLUMN leaving INTEGER NOT NULL DEFAULT 0 CHECK (leaving IN (0, 1));
CREATE INDEX member_leaving ON member (id) WHERE leaving = 1;

-- What deletion and regrading look up; without them each member or ask that goes would cost a look through whole tables.
DROP INDEX answer_of_member;
CREATE INDEX answer_of_member ON answer (member_id, received_at);
CREATE INDEX ledger_of_answer ON ledger (answer_id) WHERE answer_id IS NOT NULL;
CREATE INDEX ledger_of_ask ON ledger (ask_id) WHERE ask_id IS NOT NULL;
CREATE INDEX ask_of_member ON ask (asked_by) WHERE asked_by IS NOT NULL;
CREATE INDEX sitting_of_member ON sitting (member_id);
CREATE INDEX fingerprint_of_answer ON fingerprint (answer_id);
CREATE INDEX typed_of_member ON typed (member_id);
CREATE INDEX interview_of_host ON interview (host_id);
CREATE INDEX judgement_of_member ON interview_judgement (member_id);
CREATE INDEX interview_of_candidate ON interview (candidate_id) WHERE candidate_id IS NOT NULL;
CREATE INDEX interview_of_interviewer ON interview (interviewer_id) WHERE interviewer_id IS NOT NULL;
CREATE INDEX interview_round_of_candidate ON interview_round (candidate_id) WHERE candidate_id IS NOT NULL;
CREATE INDEX interview_round_of_interviewer ON interview_round (interviewer_id) WHERE interviewer_id IS NOT NULL;
CREATE INDEX schedule_of_owner ON schedule (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX daily_of_ask ON daily (ask_id) WHERE ask_id IS NOT NULL;
CREATE INDEX ledger_withdrawn_by ON ledger (json_extract(detail, '$.by')) WHERE kind = 'withdrawn';
CREATE INDEX presence_left ON presence (guild_id, checked_at) WHERE here = 0;

INSERT INTO note (key, value) VALUES ('rebuild', 'due') ON CONFLICT (key) DO UPDATE SET value = excluded.value;

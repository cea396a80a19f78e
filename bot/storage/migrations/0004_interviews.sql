-- Mock interviews: sessions, who sits in them, their rounds; answers that wait for a reveal.

INSERT INTO door VALUES ('interview');

CREATE TABLE interview (
    id         INTEGER PRIMARY KEY,            -- the interaction that began it
    format     TEXT    NOT NULL,               -- panel
    guild_id   INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,               -- where the command was given; the lobby stands there
    place_id   INTEGER,                        -- where it runs: a thread, or that channel; NULL until it begins
    lobby_id   INTEGER,                        -- the lobby's message
    host_id    INTEGER NOT NULL REFERENCES member (id),
    topic      TEXT,
    level      TEXT,
    rounds     INTEGER NOT NULL,
    pace_s     INTEGER NOT NULL,               -- seconds per question
    phase      TEXT    NOT NULL CHECK (phase IN ('lobby', 'answering', 'revealed', 'ended', 'cancelled')),
    round      INTEGER NOT NULL,
    deadline   INTEGER,
    paused_at  INTEGER,
    touched    INTEGER NOT NULL,               -- the last sign of life of anybody in it
    report_id  INTEGER,                        -- the report's message
    again_at   INTEGER                         -- when there is something to do: a deadline, or a card to draw
) STRICT;

CREATE INDEX interview_to_do ON interview (again_at) WHERE again_at IS NOT NULL;
CREATE UNIQUE INDEX interview_in_channel ON interview (channel_id) WHERE phase IN ('lobby', 'answering', 'revealed');
CREATE INDEX interview_in_place ON interview (place_id) WHERE phase IN ('lobby', 'answering', 'revealed');

CREATE TABLE interview_seat (
    interview_id INTEGER NOT NULL REFERENCES interview (id),
    member_id    INTEGER NOT NULL REFERENCES member (id),
    place        INTEGER NOT NULL,             -- in the order in which they joined
    consent      INTEGER NOT NULL CHECK (consent IN (0, 1)), -- their texts may stand in the report
    extra        INTEGER NOT NULL,             -- time, in percent
    since        INTEGER NOT NULL,             -- the first round they take part in
    left         INTEGER NOT NULL CHECK (left IN (0, 1)),
    done         INTEGER NOT NULL CHECK (done IN (0, 1)), -- has answered, or passed, in this round
    PRIMARY KEY (interview_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX interview_seat_of ON interview_seat (member_id);

CREATE TABLE interview_round (
    interview_id INTEGER NOT NULL REFERENCES interview (id),
    number       INTEGER NOT NULL,
    ask_id       INTEGER NOT NULL REFERENCES ask (id),
    message_id   INTEGER,                      -- its card; NULL until it is posted
    shown        TEXT    NOT NULL DEFAULT '',  -- what the card says by now, in short
    tried_at     INTEGER,                      -- when posting it was last tried
    PRIMARY KEY (interview_id, number)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX interview_round_of_ask ON interview_round (ask_id);

-- An answer to a round waits for the reveal; of several from one member the last one counts.
ALTER TABLE answer ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));
DROP INDEX answer_unsettled;
CREATE INDEX answer_unsettled ON answer (received_at) WHERE state = 'received' AND held = 0;
CREATE INDEX answer_held ON answer (ask_id, received_at) WHERE state = 'received' AND held = 1;
DROP INDEX answer_unshown;
CREATE INDEX answer_unshown ON answer (member_id, received_at) WHERE state <> 'refused' AND held = 0 AND shown_at IS NULL;

-- What is open to many in a server is not drawn for /ask there.
DROP INDEX ask_daily_open;
CREATE INDEX ask_open_to_many ON ask (guild_id, question_id) WHERE door <> 'practice' AND closed_at IS NULL;

-- Hot seat and solo interviews; answers that came too late.

-- The interviews again: those of one person may belong to no server, and run once per member, not once per channel.
CREATE TABLE new_interview (
    id             INTEGER PRIMARY KEY,        -- the interaction that began it
    format         TEXT    NOT NULL CHECK (format IN ('panel', 'hot seat', 'solo')),
    guild_id       INTEGER,                    -- the server on whose board it counts, NULL: the global one only
    channel_id     INTEGER NOT NULL,           -- where the command was given; the lobby stands there
    place_id       INTEGER,                    -- where it runs: a thread, that channel, a DM; NULL until it begins
    lobby_id       INTEGER,                    -- the lobby's message
    host_id        INTEGER NOT NULL REFERENCES member (id),
    topic          TEXT,
    level          TEXT,
    rounds         INTEGER NOT NULL,
    pace_s         INTEGER NOT NULL,           -- seconds per question
    timed          INTEGER NOT NULL DEFAULT 1 CHECK (timed IN (0, 1)), -- 0: it goes on only when its member presses
    hints          INTEGER NOT NULL DEFAULT 0 CHECK (hints IN (0, 1)), -- the host allows them
    phase          TEXT    NOT NULL CHECK (phase IN ('lobby', 'answering', 'revealed', 'ended', 'cancelled')),
    round          INTEGER NOT NULL,
    candidate_id   INTEGER REFERENCES member (id), -- of the hot seat, in this round
    interviewer_id INTEGER REFERENCES member (id),
    deadline       INTEGER,
    paused_at      INTEGER,
    touched        INTEGER NOT NULL,           -- the last sign of life of anybody in it
    report_id      INTEGER,                    -- the report's message
    reported_at    INTEGER,                    -- when posting it was last tried
    again_at       INTEGER                     -- when there is something to do: a deadline, or a card to draw
) STRICT;

INSERT INTO new_interview (id, format, guild_id, channel_id, place_id, lobby_id, host_id, topic, level, rounds, pace_s,
                           phase, round, deadline, paused_at, touched, report_id, again_at)
SELECT id, format, guild_id, channel_id, place_id, lobby_id, host_id, topic, level, rounds, pace_s,
       phase, round, deadline, paused_at, touched, report_id, again_at
FROM interview;

DROP TABLE interview;
ALTER TABLE new_interview RENAME TO interview;

CREATE INDEX interview_to_do ON interview (again_at) WHERE again_at IS NOT NULL;
CREATE UNIQUE INDEX interview_in_channel ON interview (channel_id)
WHERE phase IN ('lobby', 'answering', 'revealed') AND format <> 'solo';
CREATE INDEX interview_in_place ON interview (place_id) WHERE phase IN ('lobby', 'answering', 'revealed');
CREATE INDEX interview_in_guild ON interview (guild_id)
WHERE phase IN ('lobby', 'answering', 'revealed') AND format <> 'solo';
CREATE UNIQUE INDEX interview_alone ON interview (host_id)
WHERE phase IN ('lobby', 'answering', 'revealed') AND format = 'solo';

-- How often each was the candidate.
ALTER TABLE interview_seat ADD COLUMN turns INTEGER NOT NULL DEFAULT 0;

-- Who answered and who interviewed in a round of the hot seat.
ALTER TABLE interview_round ADD COLUMN candidate_id INTEGER REFERENCES member (id);
ALTER TABLE interview_round ADD COLUMN interviewer_id INTEGER REFERENCES member (id);

-- What a member made of a candidate's answer.
CREATE TABLE interview_judgement (
    ask_id    INTEGER NOT NULL REFERENCES ask (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    stars     INTEGER CHECK (stars BETWEEN 1 AND 5),
    ticks     TEXT    CHECK (ticks IS NULL OR json_valid(ticks)), -- ids of the points they heard; NULL: not said yet
    PRIMARY KEY (ask_id, member_id)
) STRICT, WITHOUT ROWID;

-- It arrived after the deadline of its round: it gets its verdict, and earns nothing.
ALTER TABLE answer ADD COLUMN late INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1));

INSERT INTO event_kind VALUES ('judged');

-- Whoever was shown a model answer at a close has seen the question.
INSERT INTO note (key, value) VALUES ('rebuild', 'due') ON CONFLICT (key) DO UPDATE SET value = excluded.value;

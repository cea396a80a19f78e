-- name: insert!
INSERT INTO daily (schedule_id, day, state, due_at, channel_id, ask_id, again_at, reason)
VALUES (:schedule_id, :day, :state, :due_at, :channel_id, :ask_id, :again_at, :reason)
ON CONFLICT (schedule_id, day) DO UPDATE
SET state = excluded.state, due_at = excluded.due_at, channel_id = excluded.channel_id, ask_id = excluded.ask_id,
    again_at = excluded.again_at, reason = excluded.reason, tries = 0
WHERE state IN ('failed', 'skipped');

-- name: get^
SELECT * FROM daily WHERE schedule_id = :schedule_id AND day = :day;

-- name: of_schedule
SELECT * FROM daily WHERE schedule_id = :schedule_id AND day >= :since ORDER BY day DESC;

-- name: last_posted^
SELECT * FROM daily
WHERE schedule_id = :schedule_id AND state IN ('posted', 'closing', 'closed') AND message_id IS NOT NULL
ORDER BY day DESC LIMIT 1;

-- name: open_ones
SELECT * FROM daily INDEXED BY daily_open WHERE schedule_id = :schedule_id AND state = 'posted';

-- name: claimed
SELECT * FROM daily INDEXED BY daily_claimed WHERE schedule_id = :schedule_id AND state = 'claimed';

-- name: remove!
DELETE FROM daily WHERE schedule_id = :schedule_id AND day = :day AND state = 'skipped';

-- name: to_do
SELECT schedule_id, day FROM daily INDEXED BY daily_to_do
WHERE state = :state AND again_at <= :now
ORDER BY again_at LIMIT :most;

-- name: first_to_do$
SELECT min(again_at) FROM daily INDEXED BY daily_to_do WHERE state = :state AND again_at IS NOT NULL;

-- name: begin_try!
UPDATE daily
SET tries = tries + 1, tried_at = CASE unsure WHEN 1 THEN tried_at ELSE :now END, unsure = 1
WHERE schedule_id = :schedule_id AND day = :day;

-- name: looked!
UPDATE daily SET tried_at = :now WHERE schedule_id = :schedule_id AND day = :day AND state = 'claimed';

-- name: put_off!
UPDATE daily SET again_at = :again_at, reason = :reason, unsure = :unsure
WHERE schedule_id = :schedule_id AND day = :day AND state = :state;

-- name: hurry!
UPDATE daily SET again_at = :now WHERE schedule_id = :schedule_id AND day = :day AND state = 'claimed';

-- name: posted!
UPDATE daily
SET state = 'posted', message_id = :message_id, again_at = :again_at, tries = 0, unsure = 0, reason = NULL
WHERE schedule_id = :schedule_id AND day = :day AND state = 'claimed';

-- name: move_on!
UPDATE daily SET state = :next, again_at = :again_at, tries = 0, unsure = 0
WHERE schedule_id = :schedule_id AND day = :day AND state = :state;

-- name: not_posted!
UPDATE daily SET state = :state, again_at = NULL, unsure = 0, ask_id = NULL, reason = :reason
WHERE schedule_id = :schedule_id AND day = :day;

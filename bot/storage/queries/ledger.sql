-- name: append!
INSERT INTO ledger (key, kind, at, member_id, zone, local_date, guild_id, ask_id, question_id, answer_id,
                    score, points, value, hints, streak_day, grader, digest, detail)
VALUES (:key, :kind, :at, :member_id, :zone, :local_date, :guild_id, :ask_id, :question_id, :answer_id,
        :score, :points, :value, :hints, :streak_day, :grader, :digest, :detail)
ON CONFLICT (key) DO NOTHING;

-- name: has$
SELECT 1 FROM ledger WHERE key = :key;

-- name: on_question
SELECT kind, at, points, value, hints, answer_id FROM ledger
WHERE member_id = :member_id AND question_id = :question_id AND at > :since
ORDER BY seq;

-- name: on_question_before
SELECT kind, at, points, value, hints, answer_id FROM ledger
WHERE member_id = :member_id AND question_id = :question_id AND at > :since
  AND seq < (SELECT seq FROM ledger WHERE key = :key)
ORDER BY seq;

-- name: of_answer
SELECT * FROM ledger WHERE answer_id = :answer_id ORDER BY seq;

-- name: streak_days
SELECT at, zone, local_date, kind FROM ledger WHERE member_id = :member_id AND streak_day = 1 ORDER BY at, seq;

-- name: zone_changes
SELECT at, detail FROM ledger WHERE member_id = :member_id AND kind = 'zoned' ORDER BY seq;

-- name: after
SELECT * FROM ledger WHERE seq > :seq ORDER BY seq LIMIT :most;

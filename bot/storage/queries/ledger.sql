-- name: append!
INSERT INTO ledger (key, kind, at, member_id, zone, local_date, guild_id, ask_id, question_id, answer_id,
                    score, points, streak_day, grader, digest, detail)
VALUES (:key, :kind, :at, :member_id, :zone, :local_date, :guild_id, :ask_id, :question_id, :answer_id,
        :score, :points, :streak_day, :grader, :digest, :detail)
ON CONFLICT (key) DO NOTHING;

-- name: booked_on_question$
SELECT coalesce(sum(points), 0) FROM ledger
WHERE member_id = :member_id AND question_id = :question_id AND at >= :since;

-- name: revealed_between$
SELECT 1 FROM ledger
WHERE member_id = :member_id AND question_id = :question_id AND kind = 'revealed' AND at BETWEEN :since AND :until
LIMIT 1;

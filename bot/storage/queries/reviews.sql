-- name: get^
SELECT due, reviewed_on, stability, difficulty, lapses FROM review
WHERE member_id = :member_id AND question_id = :question_id;

-- name: put!
INSERT INTO review (member_id, question_id, due, reviewed_on, stability, difficulty, lapses)
VALUES (:member_id, :question_id, :due, :reviewed_on, :stability, :difficulty, :lapses)
ON CONFLICT (member_id, question_id) DO UPDATE
SET due = excluded.due, reviewed_on = excluded.reviewed_on, stability = excluded.stability,
    difficulty = excluded.difficulty, lapses = excluded.lapses;

-- name: due
SELECT question_id, lapses FROM review INDEXED BY review_due
WHERE member_id = :member_id AND due <= :day
ORDER BY due, question_id LIMIT :most;

-- name: coming
SELECT question_id, due FROM review INDEXED BY review_due
WHERE member_id = :member_id AND due > :day
ORDER BY due, question_id LIMIT :most;

-- name: done
SELECT ask.question_id, sitting.recalled_at,
       (SELECT max(score) FROM ledger INDEXED BY ledger_of_ask
        WHERE ledger.ask_id = ask.id AND kind = 'graded' AND member_id = :member_id) AS best
FROM ask INDEXED BY ask_for_review
JOIN sitting ON sitting.ask_id = ask.id AND sitting.member_id = ask.asked_by
WHERE ask.asked_by = :member_id AND ask.door = 'review' AND ask.asked_at >= :since
  AND (sitting.tries > 0 OR sitting.recalled_at IS NOT NULL OR sitting.passed_at IS NOT NULL
       OR sitting.revealed_at IS NOT NULL)
ORDER BY ask.asked_at;

-- name: sitting^
SELECT recalled_at, revealed_at FROM sitting WHERE ask_id = :ask_id AND member_id = :member_id;

-- name: set_recalled!
INSERT INTO sitting (ask_id, member_id, recalled_at) VALUES (:ask_id, :member_id, :at)
ON CONFLICT (ask_id, member_id) DO UPDATE SET recalled_at = coalesce(recalled_at, excluded.recalled_at);

-- name: forget!
DELETE FROM review;

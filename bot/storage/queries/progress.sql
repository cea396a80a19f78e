-- name: streak^
SELECT count, best, last_day, days, freezes, counted_at FROM streak WHERE member_id = :member_id;

-- name: set_streak!
INSERT INTO streak (member_id, count, best, last_day, days, freezes, counted_at)
VALUES (:member_id, :count, :best, :last_day, :days, :freezes, :counted_at)
ON CONFLICT (member_id) DO UPDATE
SET count = excluded.count, best = excluded.best, last_day = excluded.last_day, days = excluded.days,
    freezes = excluded.freezes, counted_at = excluded.counted_at;

-- name: see!
INSERT INTO seen (member_id, question_id, at, best, best_on)
VALUES (:member_id, :question_id, :at, :score, CASE WHEN :score IS NOT NULL THEN :day END)
ON CONFLICT (member_id, question_id) DO UPDATE
SET at = max(at, excluded.at), best = max(coalesce(best, excluded.best), coalesce(excluded.best, best)),
    best_on = CASE WHEN best IS NULL OR excluded.best > best THEN excluded.best_on ELSE best_on END;

-- name: best^
SELECT best, best_on FROM seen WHERE member_id = :member_id AND question_id = :question_id AND best IS NOT NULL;

-- name: seen
SELECT question_id, at, best FROM seen WHERE member_id = :member_id;

-- name: add_try!
INSERT INTO sitting (ask_id, member_id, tries, value) VALUES (:ask_id, :member_id, 1, :value)
ON CONFLICT (ask_id, member_id) DO UPDATE SET tries = tries + 1, value = coalesce(excluded.value, value);

-- name: raise_value!
UPDATE sitting SET value = max(coalesce(value, :value), :value)
WHERE ask_id = :ask_id AND member_id = :member_id AND :value IS NOT NULL;

-- name: set_hints!
INSERT INTO sitting (ask_id, member_id, hints) VALUES (:ask_id, :member_id, :hints)
ON CONFLICT (ask_id, member_id) DO UPDATE SET hints = max(hints, excluded.hints);

-- name: set_revealed!
INSERT INTO sitting (ask_id, member_id, revealed_at) VALUES (:ask_id, :member_id, :at)
ON CONFLICT (ask_id, member_id) DO UPDATE SET revealed_at = coalesce(revealed_at, excluded.revealed_at);

-- name: set_passed!
INSERT INTO sitting (ask_id, member_id, passed_at) VALUES (:ask_id, :member_id, :at)
ON CONFLICT (ask_id, member_id) DO UPDATE SET passed_at = coalesce(passed_at, excluded.passed_at);

-- name: set_rating!
INSERT INTO sitting (ask_id, member_id, rating) VALUES (:ask_id, :member_id, :rating)
ON CONFLICT (ask_id, member_id) DO UPDATE SET rating = excluded.rating;

-- name: tries$
SELECT tries FROM sitting WHERE ask_id = :ask_id AND member_id = :member_id;

-- name: practised!
INSERT INTO practice_day (member_id, day, answers, best) VALUES (:member_id, :day, :answers, :score)
ON CONFLICT (member_id, day) DO UPDATE
SET answers = answers + excluded.answers, best = max(coalesce(best, excluded.best), coalesce(excluded.best, best));

-- name: hold*!
INSERT INTO practice_day (member_id, day, how) VALUES (:member_id, :day, :how)
ON CONFLICT (member_id, day) DO UPDATE SET how = excluded.how;

-- name: let_go_empty!
DELETE FROM practice_day WHERE member_id = :member_id AND answers = 0 AND best IS NULL;

-- name: let_go!
UPDATE practice_day SET how = NULL WHERE member_id = :member_id AND how IS NOT NULL;

-- name: days
SELECT day, answers, best, how FROM practice_day WHERE member_id = :member_id AND day >= :since ORDER BY day;

-- name: forget_days!
DELETE FROM practice_day;

-- name: forget_sittings!
DELETE FROM sitting;

-- name: forget_seen!
DELETE FROM seen;

-- name: forget_standings!
DELETE FROM standing;

-- name: forget_streaks!
DELETE FROM streak;

-- name: passers
SELECT member_id FROM sitting WHERE ask_id = :ask_id AND passed_at IS NOT NULL;

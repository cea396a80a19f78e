-- name: streak^
SELECT count, best, last_day, days, freezes, counted_at FROM streak WHERE member_id = :member_id;

-- name: set_streak!
INSERT INTO streak (member_id, count, best, last_day, days, freezes, counted_at)
VALUES (:member_id, :count, :best, :last_day, :days, :freezes, :counted_at)
ON CONFLICT (member_id) DO UPDATE
SET count = excluded.count, best = excluded.best, last_day = excluded.last_day, days = excluded.days,
    freezes = excluded.freezes, counted_at = excluded.counted_at;

-- name: see!
INSERT INTO seen (member_id, question_id, at, best) VALUES (:member_id, :question_id, :at, :score)
ON CONFLICT (member_id, question_id) DO UPDATE
SET at = max(at, excluded.at), best = max(coalesce(best, excluded.best), coalesce(excluded.best, best));

-- name: seen
SELECT question_id, at, best FROM seen WHERE member_id = :member_id;

-- name: add_try!
INSERT INTO sitting (ask_id, member_id, tries, value) VALUES (:ask_id, :member_id, 1, :value)
ON CONFLICT (ask_id, member_id) DO UPDATE SET tries = tries + 1, value = coalesce(excluded.value, value);

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

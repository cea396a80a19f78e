-- name: due
SELECT id, reminded_on FROM member INDEXED BY member_to_remind
WHERE remind_at <= :now
ORDER BY remind_at LIMIT :most;

-- name: next_at$
SELECT min(remind_at) FROM member INDEXED BY member_to_remind WHERE remind_at IS NOT NULL;

-- name: look_again!
UPDATE member SET remind_at = :at WHERE id = :id;

-- name: set_reminded!
UPDATE member SET reminded_on = :day WHERE id = :id;

-- name: stop!
UPDATE member SET reminders = 0, remind_at = NULL WHERE id = :id AND reminders = 1;

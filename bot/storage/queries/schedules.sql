-- name: insert$
INSERT INTO schedule (guild_id, channel_id, zone, minute, days, topics, level, role_id, thread, owner_id, handled, next_at)
VALUES (:guild_id, :channel_id, :zone, :minute, :days, :topics, :level, :role_id, :thread, :owner_id, :handled, :next_at)
RETURNING id;

-- name: change!
UPDATE schedule
SET days = :days, topics = :topics, level = :level, role_id = :role_id, thread = :thread, owner_id = :owner_id,
    paused = 0, handled = :handled, next_at = :next_at
WHERE id = :id;

-- name: get^
SELECT * FROM schedule WHERE id = :id;

-- name: of_guild
SELECT * FROM schedule WHERE guild_id = :guild_id AND removed_at IS NULL ORDER BY id;

-- name: move_on!
UPDATE schedule SET handled = :handled, next_at = :next_at, paused = :paused WHERE id = :id AND removed_at IS NULL;

-- name: remove!
UPDATE schedule SET removed_at = :now, next_at = NULL WHERE id = :id;

-- name: due
SELECT id FROM schedule WHERE next_at <= :now ORDER BY next_at LIMIT :most;

-- name: first_due$
SELECT min(next_at) FROM schedule WHERE next_at IS NOT NULL;

-- name: waiting
SELECT * FROM schedule WHERE next_at IS NOT NULL AND id > :id ORDER BY id LIMIT :most;

-- name: notice!
INSERT INTO schedule_notice (schedule_id, kind, text) VALUES (:id, :kind, :text)
ON CONFLICT (schedule_id, kind) DO UPDATE SET text = excluded.text, told = 0 WHERE text <> excluded.text;

-- name: drop_notice!
DELETE FROM schedule_notice WHERE schedule_id = :id AND kind = :kind;

-- name: notices
SELECT schedule_id, kind, text, told FROM schedule_notice WHERE schedule_id = :id ORDER BY kind DESC;

-- name: fresh_notices
SELECT schedule_notice.schedule_id, kind, text, guild_id, channel_id, owner_id
FROM schedule_notice INDEXED BY schedule_notice_new JOIN schedule ON schedule.id = schedule_notice.schedule_id
WHERE told = 0 LIMIT :most;

-- name: set_told!
UPDATE schedule_notice SET told = :told WHERE schedule_id = :id AND kind = :kind AND text = :text;

-- name: upsert!
INSERT INTO member (id, name, first_seen) VALUES (:id, :name, :now)
ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE name <> excluded.name;

-- name: settings^
SELECT zone, next_zone, next_zone_at, zone_chosen_at, on_boards, on_global_board, private, extra_time,
       stats_shown, reminders
FROM member WHERE id = :id;

-- name: set_zone!
UPDATE member
SET zone = :zone, next_zone = :next_zone, next_zone_at = :next_zone_at, zone_chosen_at = :zone_chosen_at
WHERE id = :id;

-- name: set_wishes!
UPDATE member
SET on_boards = :on_boards, on_global_board = :on_global_board, private = :private, extra_time = :extra_time,
    stats_shown = :stats_shown, reminders = :reminders
WHERE id = :id;

-- name: name$
SELECT name FROM member WHERE id = :id;

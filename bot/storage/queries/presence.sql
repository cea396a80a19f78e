-- name: due
SELECT json_each.value AS member_id FROM json_each(:members)
LEFT JOIN presence ON presence.guild_id = :guild_id AND presence.member_id = json_each.value
WHERE presence.checked_at IS NULL OR presence.checked_at <= :before;

-- name: left_before
SELECT member_id FROM presence INDEXED BY presence_left
WHERE guild_id = :guild_id AND here = 0 AND checked_at <= :before
ORDER BY checked_at LIMIT :most;

-- name: get$
SELECT here FROM presence WHERE guild_id = :guild_id AND member_id = :member_id;

-- name: note!
INSERT INTO presence (guild_id, member_id, here, checked_at)
SELECT :guild_id, id, :here, :now FROM member WHERE id = :member_id
ON CONFLICT (guild_id, member_id) DO UPDATE SET here = excluded.here, checked_at = excluded.checked_at;

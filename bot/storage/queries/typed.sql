-- name: insert!
INSERT INTO typed (message_id, ask_id, member_id, channel_id, text, at)
SELECT :message_id, :ask_id, :member_id, :channel_id, :text, :at
WHERE NOT EXISTS (SELECT 1 FROM answer WHERE id = :message_id)
ON CONFLICT DO NOTHING;

-- name: of_burst
SELECT message_id, channel_id, text, at FROM typed
WHERE ask_id = :ask_id AND member_id = :member_id
ORDER BY message_id;

-- name: remove_burst!
DELETE FROM typed WHERE ask_id = :ask_id AND member_id = :member_id AND message_id <= :last;

-- name: unfinished
SELECT DISTINCT ask_id, member_id FROM typed;

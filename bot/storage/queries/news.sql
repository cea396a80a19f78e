-- name: add!
INSERT INTO news (member_id, kind, at, detail) VALUES (:member_id, :kind, :at, :detail);

-- name: untold
SELECT id, kind, at, detail FROM news INDEXED BY news_to_tell
WHERE member_id = :member_id AND told_at IS NULL
ORDER BY id LIMIT :most;

-- name: told!
UPDATE news INDEXED BY news_to_tell SET told_at = :now
WHERE member_id = :member_id AND told_at IS NULL AND id <= :last;

-- name: waiting_members
SELECT DISTINCT member_id FROM news INDEXED BY news_to_tell WHERE told_at IS NULL;

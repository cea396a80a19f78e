-- name: get$
SELECT value FROM note WHERE key = :key;

-- name: put!
INSERT INTO note (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

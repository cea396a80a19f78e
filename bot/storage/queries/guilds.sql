-- name: sharing$
SELECT sharing FROM guild WHERE id = :id;

-- name: set_sharing!
INSERT INTO guild (id, sharing) VALUES (:id, :sharing) ON CONFLICT (id) DO UPDATE SET sharing = excluded.sharing;

-- name: keep_version!
INSERT INTO question_version (digest, question_id, content, first_used)
VALUES (:digest, :question_id, :content, :now)
ON CONFLICT (digest) DO NOTHING;

-- name: version$
SELECT content FROM question_version WHERE digest = :digest;

-- name: insert!
INSERT INTO ask (id, door, question_id, digest, asked_by, guild_id, channel_id, private, dm, asked_at)
VALUES (:id, :door, :question_id, :digest, :asked_by, :guild_id, :channel_id, :private, :dm, :asked_at)
ON CONFLICT (id) DO NOTHING;

-- name: get^
SELECT * FROM ask WHERE id = :id;

-- name: close!
UPDATE ask SET closed_at = :now WHERE id = :id AND closed_at IS NULL;

-- name: open_in_dm^
SELECT * FROM ask
WHERE channel_id = :channel_id AND dm = 1 AND closed_at IS NULL AND asked_at >= :since
ORDER BY asked_at DESC LIMIT 1;

-- name: recent_in_channel
SELECT question_id FROM ask WHERE channel_id = :channel_id ORDER BY asked_at DESC LIMIT :most;

-- name: seen_by_member
SELECT question_id, max(at) AS at, max(score) AS best FROM ledger
WHERE member_id = :member_id
GROUP BY question_id;

-- name: sitting^
SELECT tries, value, revealed_at FROM sitting WHERE ask_id = :ask_id AND member_id = :member_id;

-- name: sit!
INSERT INTO sitting (ask_id, member_id, tries, value) VALUES (:ask_id, :member_id, :tries, :value)
ON CONFLICT (ask_id, member_id) DO UPDATE SET tries = excluded.tries, value = excluded.value;

-- name: note_reveal!
INSERT INTO sitting (ask_id, member_id, revealed_at) VALUES (:ask_id, :member_id, :now)
ON CONFLICT (ask_id, member_id) DO UPDATE SET revealed_at = excluded.revealed_at WHERE revealed_at IS NULL;

-- name: keep_version!
INSERT INTO question_version (digest, question_id, content, first_used)
VALUES (:digest, :question_id, :content, :now)
ON CONFLICT (digest) DO NOTHING;

-- name: version$
SELECT content FROM question_version WHERE digest = :digest;

-- name: insert!
INSERT INTO ask (id, door, question_id, digest, asked_by, guild_id, channel_id, private, dm, asked_at, topic, level)
VALUES (:id, :door, :question_id, :digest, :asked_by, :guild_id, :channel_id, :private, :dm, :asked_at, :topic, :level)
ON CONFLICT (id) DO NOTHING;

-- name: get^
SELECT * FROM ask WHERE id = :id;

-- name: close!
UPDATE ask SET closed_at = :now WHERE id = :id AND closed_at IS NULL;

-- name: of_interview
SELECT ask.* FROM interview_round JOIN ask ON ask.id = interview_round.ask_id WHERE interview_id = :interview_id;

-- name: open_in_dm^
SELECT * FROM ask
WHERE channel_id = :channel_id AND dm = 1 AND closed_at IS NULL AND asked_at >= :since
ORDER BY asked_at DESC LIMIT 1;

-- name: recent_in_channel
SELECT question_id FROM ask WHERE channel_id = :channel_id ORDER BY asked_at DESC LIMIT :most;


-- name: next_own_id$
SELECT coalesce(max(id), 0) + 1 FROM ask WHERE id < :first_foreign;

-- name: remove!
DELETE FROM ask WHERE id = :id;

-- name: open_to_many
SELECT question_id FROM ask INDEXED BY ask_open_to_many
WHERE guild_id = :guild_id AND door IN ('daily', 'interview') AND closed_at IS NULL;

-- name: dailies_of_guild
SELECT question_id, count(*) AS number FROM ask WHERE guild_id = :guild_id AND door = 'daily' GROUP BY question_id;

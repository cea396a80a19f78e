-- name: keep*!
INSERT INTO fingerprint (ask_id, hash, answer_id) VALUES (:ask_id, :hash, :answer_id) ON CONFLICT DO NOTHING;

-- name: alike
SELECT answer.text FROM fingerprint JOIN answer ON answer.id = fingerprint.answer_id
WHERE fingerprint.ask_id = :ask_id AND fingerprint.hash IN (SELECT value FROM json_each(:hashes))
  AND answer.member_id <> :member_id AND answer.id < :id
GROUP BY answer.id
ORDER BY count(*) DESC, answer.id LIMIT :most;

-- name: forget_closed!
DELETE FROM fingerprint WHERE ask_id IN (SELECT id FROM ask WHERE asked_at < :before)

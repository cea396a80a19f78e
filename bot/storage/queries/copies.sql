-- name: keep*!
INSERT INTO fingerprint (ask_id, hash, answer_id) VALUES (:ask_id, :hash, :answer_id) ON CONFLICT DO NOTHING;

-- name: alike
SELECT answer.text FROM fingerprint JOIN answer ON answer.id = fingerprint.answer_id
WHERE fingerprint.ask_id = :ask_id AND fingerprint.hash IN (SELECT value FROM json_each(:hashes))
  AND answer.member_id <> :member_id AND answer.id < :id
GROUP BY answer.id
ORDER BY count(*) DESC, answer.id LIMIT :most;

-- name: forget_oldest!
DELETE FROM fingerprint
WHERE ask_id = (SELECT min(ask_id) FROM fingerprint)
  AND (SELECT asked_at FROM ask WHERE id = (SELECT min(ask_id) FROM fingerprint)) < :before;

-- name: keep*!
INSERT INTO fingerprint (ask_id, hash, answer_id) VALUES (:ask_id, :hash, :answer_id) ON CONFLICT DO NOTHING;

-- name: alike
SELECT answer.text FROM (
    SELECT fingerprint.answer_id, count(*) AS shared
    FROM fingerprint JOIN answer ON answer.id = fingerprint.answer_id
    WHERE fingerprint.ask_id = :ask_id AND fingerprint.hash IN (SELECT value FROM json_each(:hashes))
      AND fingerprint.answer_id < :id AND answer.member_id <> :member_id
    GROUP BY fingerprint.answer_id
    ORDER BY shared DESC, fingerprint.answer_id LIMIT :most
) AS likely JOIN answer ON answer.id = likely.answer_id
ORDER BY likely.shared DESC, answer.id;

-- name: forget_oldest!
DELETE FROM fingerprint
WHERE ask_id = (SELECT min(ask_id) FROM fingerprint WHERE ask_id >= :first)
  AND (SELECT asked_at FROM ask WHERE id = (SELECT min(ask_id) FROM fingerprint WHERE ask_id >= :first)) < :before;

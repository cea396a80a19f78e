-- name: insert!
INSERT INTO answer (id, ask_id, member_id, source, text, text_digest, sure, state, channel_id, token,
                    received_at, zone, local_date, probe, held, late)
VALUES (:id, :ask_id, :member_id, :source, :text, :text_digest, :sure, 'received', :channel_id, :token,
        :received_at, :zone, :local_date, :probe, :held, :late);

-- name: get^
SELECT * FROM answer WHERE id = :id;

-- name: same^
SELECT * FROM answer
WHERE id = :id
   OR (ask_id = :ask_id AND member_id = :member_id AND text_digest = :text_digest AND state <> 'refused');

-- name: last_text$
SELECT text FROM answer
WHERE ask_id = :ask_id AND member_id = :member_id AND state <> 'refused'
ORDER BY received_at DESC LIMIT 1;

-- name: last_settled$
SELECT id FROM answer
WHERE ask_id = :ask_id AND member_id = :member_id AND state = 'settled'
ORDER BY received_at DESC LIMIT 1;

-- name: sure
SELECT sure, json_extract(outcome, '$.grade.score') AS score
FROM (SELECT sure, outcome FROM answer
      WHERE member_id = :member_id AND state <> 'refused'
      ORDER BY received_at DESC LIMIT :most)
WHERE sure IS NOT NULL AND json_extract(outcome, '$.tries') = 1 AND json_extract(outcome, '$.grade.score') IS NOT NULL;

-- name: in_flight
SELECT text FROM answer
WHERE ask_id = :ask_id AND member_id <> :member_id AND state = 'received' AND id < :id
ORDER BY received_at DESC LIMIT :most;

-- name: settle!
UPDATE answer SET state = 'settled', settled_at = :now, outcome = :outcome WHERE id = :id AND state = 'received';

-- name: refuse!
UPDATE answer SET state = 'refused', token = NULL WHERE id = :id AND state = 'received';

-- name: take_over!
UPDATE answer SET token = :token, channel_id = :channel_id, in_place = 1, shown_at = NULL WHERE id = :id;

-- name: shown!
UPDATE answer SET shown_at = :now, token = NULL WHERE id = :id AND shown_at IS NULL;

-- name: give_up_place!
UPDATE answer SET token = NULL, in_place = 0 WHERE id = :id AND token IS :token AND shown_at IS NULL;

-- name: unsettled
SELECT id FROM answer INDEXED BY answer_unsettled WHERE state = 'received' AND held = 0 ORDER BY received_at;

-- name: to_show_in_place
SELECT id FROM answer INDEXED BY answer_unshown
WHERE in_place = 1 AND state = 'settled' AND state <> 'refused' AND held = 0 AND shown_at IS NULL -- twice, for the index
ORDER BY received_at;

-- name: unshown
SELECT id, received_at FROM answer INDEXED BY answer_unshown
WHERE member_id = :member_id AND state <> 'refused' AND held = 0 AND shown_at IS NULL
ORDER BY received_at LIMIT :most;

-- name: waiting_members
SELECT DISTINCT member_id FROM answer INDEXED BY answer_unshown
WHERE state <> 'refused' AND held = 0 AND shown_at IS NULL;

-- name: pace^
SELECT count(*) AS number, max(received_at) AS last, min(received_at) AS first
FROM (SELECT received_at FROM answer
      WHERE member_id = :member_id AND state <> 'refused' AND received_at > :since
      ORDER BY received_at DESC LIMIT :most);

-- name: open_participants
SELECT member_id FROM (
    SELECT member_id FROM answer WHERE ask_id = :ask_id AND state <> 'refused'
    UNION SELECT member_id FROM sitting WHERE ask_id = :ask_id
) AS participant
WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE key = 'closed:' || :ask_id || ':' || participant.member_id)
LIMIT :most;

-- name: outcomes
SELECT id, member_id, outcome FROM answer
WHERE ask_id = :ask_id AND id > :after AND state <> 'refused' AND late = 0
ORDER BY id LIMIT :most;

-- name: shared
SELECT answer_id FROM ledger INDEXED BY ledger_shared
WHERE ask_id = :ask_id AND kind IN ('shared', 'withdrawn')
GROUP BY answer_id HAVING sum(CASE kind WHEN 'shared' THEN 1 ELSE -1 END) > 0
ORDER BY answer_id;

-- name: held
SELECT id, member_id FROM answer INDEXED BY answer_held
WHERE ask_id = :ask_id AND state = 'received' AND held = 1
ORDER BY received_at, id;

-- name: renew!
UPDATE answer SET received_at = :now WHERE id = :id AND held = 1;

-- name: release!
UPDATE answer SET held = 0 WHERE id = :id;

-- name: unsettled_of
SELECT id FROM answer INDEXED BY answer_to_ask
WHERE ask_id = :ask_id AND state = 'received' AND held = 0
ORDER BY id;

-- name: too_late
SELECT DISTINCT member_id FROM answer INDEXED BY answer_to_ask
WHERE ask_id = :ask_id AND late = 1 AND state <> 'refused';

-- name: regrade!
UPDATE answer SET outcome = :outcome WHERE id = :id AND state = 'settled';

-- name: graded_after
SELECT answer.id, ask.question_id, coalesce(json_extract(answer.outcome, '$.digest'), ask.digest) AS digest
FROM answer JOIN ask ON ask.id = answer.ask_id
WHERE answer.id > :after AND answer.state = 'settled'
ORDER BY answer.id LIMIT :most;

-- name: last_graded
SELECT answer.id, ask.question_id, json_extract(question_version.content, '$.title') AS title,
       json_extract(answer.outcome, '$.grade.score') AS score, answer.local_date
FROM answer
JOIN ask ON ask.id = answer.ask_id
JOIN question_version ON question_version.digest = ask.digest
WHERE answer.member_id = :member_id AND answer.state = 'settled'
ORDER BY answer.received_at DESC LIMIT :most;

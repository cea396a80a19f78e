-- name: counts^
SELECT (SELECT count(*) FROM answer WHERE member_id = :member_id) AS answers,
       (SELECT count(*) FROM ledger WHERE member_id = :member_id) AS events,
       (SELECT days FROM streak WHERE member_id = :member_id) AS days,
       (SELECT points FROM standing WHERE guild_id = 0 AND period = 'all' AND member_id = :member_id) AS points,
       (SELECT count(*) FROM review WHERE member_id = :member_id) AS reviews,
       (SELECT count(*) FROM interview_seat WHERE member_id = :member_id) AS interviews,
       (SELECT count(*) FROM interview_seat JOIN interview ON interview.id = interview_seat.interview_id
        WHERE interview_seat.member_id = :member_id AND interview_seat.left = 0
          AND interview.phase IN ('lobby', 'answering', 'revealed')) AS under_way,
       (SELECT count(*) FROM schedule WHERE owner_id = :member_id AND removed_at IS NULL) AS schedules
FROM member WHERE id = :member_id;

-- name: exists$
SELECT 1 FROM member WHERE id = :member_id;

-- name: shared
SELECT answer.id, answer.ask_id, answer.channel_id, ask.channel_id AS asked_in, ask.guild_id, max(ledger.at) AS at
FROM ledger JOIN answer ON answer.id = ledger.answer_id JOIN ask ON ask.id = answer.ask_id
WHERE ledger.member_id = :member_id AND ledger.kind IN ('shared', 'withdrawn')
GROUP BY answer.id HAVING sum(CASE ledger.kind WHEN 'shared' THEN 1 ELSE -1 END) > 0
ORDER BY at DESC LIMIT :most;

-- name: seen_answers
SELECT DISTINCT question_id FROM ledger WHERE member_id = :member_id AND kind IN ('revealed', 'closed');

-- name: interviews
SELECT interview_id AS id FROM interview_seat WHERE member_id = :member_id
UNION SELECT id FROM interview WHERE host_id = :member_id;

-- name: forget_name!
UPDATE interview_round SET shown = replace(shown, :member_id, 0)
WHERE interview_id = :interview_id AND instr(shown, :member_id);

-- name: remove_rounds!
DELETE FROM interview_round WHERE interview_id = :interview_id;

-- name: remove_seats!
DELETE FROM interview_seat WHERE interview_id = :interview_id;

-- name: remove_judgements!
DELETE FROM interview_judgement
WHERE ask_id IN (SELECT ask_id FROM interview_round WHERE interview_id = :interview_id);

-- name: remove_interview!
DELETE FROM interview WHERE id = :interview_id;

-- name: forget_judgements_on!
DELETE FROM interview_judgement
WHERE ask_id IN (SELECT ask_id FROM interview_round WHERE candidate_id = :member_id);

-- name: forget_judgements!
DELETE FROM interview_judgement WHERE member_id = :member_id;

-- name: judged_by
SELECT ledger.seq FROM interview_round JOIN ledger ON ledger.ask_id = interview_round.ask_id
WHERE interview_round.interviewer_id = :member_id AND ledger.kind = 'judged';

-- name: withdrawn_by
SELECT seq FROM ledger INDEXED BY ledger_withdrawn_by
WHERE kind = 'withdrawn' AND json_extract(detail, '$.by') = :member_id;

-- name: without_names*!
INSERT OR REPLACE INTO ledger (seq, key, kind, at, member_id, zone, local_date, guild_id, ask_id, question_id, answer_id,
                               score, points, value, hints, streak_day, grader, digest, detail)
SELECT seq, key, kind, at, member_id, zone, local_date, guild_id, ask_id, question_id, answer_id,
       score, points, value, hints, streak_day, grader, digest, json_remove(detail, '$.interviewer', '$.by')
FROM ledger WHERE seq = :seq;

-- name: forget_candidate!
UPDATE interview_round SET candidate_id = NULL, interviewer_id = NULL WHERE candidate_id = :member_id;

-- name: forget_interviewer!
UPDATE interview_round SET interviewer_id = NULL WHERE interviewer_id = :member_id;

-- name: forget_role!
UPDATE interview SET candidate_id = NULL, interviewer_id = NULL WHERE candidate_id = :member_id;

-- name: forget_other_role!
UPDATE interview SET interviewer_id = NULL WHERE interviewer_id = :member_id;

-- name: forget_seats!
DELETE FROM interview_seat WHERE member_id = :member_id;

-- name: forget_owner!
UPDATE schedule SET owner_id = NULL WHERE owner_id = :member_id;

-- name: forget_typed!
DELETE FROM typed WHERE member_id = :member_id;

-- name: forget_seen!
DELETE FROM seen WHERE member_id = :member_id;

-- name: forget_days!
DELETE FROM practice_day WHERE member_id = :member_id;

-- name: forget_standings!
DELETE FROM standing WHERE member_id = :member_id;

-- name: forget_streak!
DELETE FROM streak WHERE member_id = :member_id;

-- name: forget_reviews!
DELETE FROM review WHERE member_id = :member_id;

-- name: forget_news!
DELETE FROM news WHERE member_id = :member_id;

-- name: forget_presence!
DELETE FROM presence WHERE member_id = :member_id;

-- name: leave!
UPDATE member SET leaving = 1 WHERE id = :member_id;

-- name: leaving
SELECT id FROM member INDEXED BY member_leaving WHERE leaving = 1;

-- name: forget_events!
DELETE FROM ledger WHERE seq IN (SELECT seq FROM ledger WHERE member_id = :member_id LIMIT :most);

-- name: some_answers
SELECT id FROM answer WHERE member_id = :member_id LIMIT :most;

-- name: forget_fingerprints*!
DELETE FROM fingerprint WHERE answer_id = :id;

-- name: forget_answers*!
DELETE FROM answer WHERE id = :id;

-- name: forget_sittings!
DELETE FROM sitting
WHERE member_id = :member_id AND ask_id IN (SELECT ask_id FROM sitting WHERE member_id = :member_id LIMIT :most);

-- name: some_asks
SELECT id FROM ask WHERE asked_by = :member_id LIMIT :most;

-- name: take_asks!
UPDATE ask SET closed_at = coalesce(closed_at, :now), asked_by = :member_id
WHERE id IN (SELECT ask_id FROM interview_round WHERE interview_id = :interview_id);

-- name: remove_asks*!
DELETE FROM ask
WHERE id = :id
  AND NOT EXISTS (SELECT 1 FROM ledger WHERE ask_id = ask.id)
  AND NOT EXISTS (SELECT 1 FROM answer WHERE ask_id = ask.id)
  AND NOT EXISTS (SELECT 1 FROM sitting WHERE ask_id = ask.id)
  AND NOT EXISTS (SELECT 1 FROM typed WHERE ask_id = ask.id)
  AND NOT EXISTS (SELECT 1 FROM interview_round WHERE ask_id = ask.id)
  AND NOT EXISTS (SELECT 1 FROM daily WHERE ask_id = ask.id);

-- name: forget_asker*!
UPDATE ask SET asked_by = NULL WHERE id = :id;

-- name: forget_member!
DELETE FROM member WHERE id = :member_id;

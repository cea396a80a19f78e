-- name: insert!
INSERT INTO interview (id, format, guild_id, channel_id, host_id, topic, level, rounds, pace_s, timed, hints, phase, round,
                       touched, again_at)
VALUES (:id, :format, :guild_id, :channel_id, :host_id, :topic, :level, :rounds, :pace_s, :timed, :hints, :phase, :round,
        :touched, :again_at);

-- name: get^
SELECT * FROM interview WHERE id = :id;

-- name: save!
UPDATE interview
SET host_id = :host_id, phase = :phase, round = :round, deadline = :deadline, paused_at = :paused_at, touched = :touched,
    again_at = :again_at, timed = :timed, candidate_id = :candidate_id, interviewer_id = :interviewer_id
WHERE id = :id;

-- name: set_roles!
UPDATE interview_round SET candidate_id = :candidate_id, interviewer_id = :interviewer_id
WHERE interview_id = :id AND number = :number;

-- name: seats
SELECT * FROM interview_seat WHERE interview_id = :id ORDER BY place;

-- name: names
SELECT member.id, member.name FROM interview_seat JOIN member ON member.id = interview_seat.member_id
WHERE interview_id = :id;

-- name: save_seat*!
INSERT INTO interview_seat (interview_id, member_id, place, consent, extra, since, left, done, turns)
VALUES (:interview_id, :member_id, :place, :consent, :extra, :since, :left, :done, :turns)
ON CONFLICT (interview_id, member_id) DO UPDATE
SET place = excluded.place, consent = excluded.consent, extra = excluded.extra, since = excluded.since,
    left = excluded.left, done = excluded.done, turns = excluded.turns;

-- name: going_on_in$
SELECT id FROM interview INDEXED BY interview_in_channel
WHERE channel_id = :channel_id AND phase IN ('lobby', 'answering', 'revealed') AND format <> 'solo';

-- name: running_in$
SELECT id FROM interview INDEXED BY interview_in_place
WHERE place_id = :place_id AND phase IN ('lobby', 'answering', 'revealed');

-- name: number_in$
SELECT count(*) FROM interview INDEXED BY interview_in_guild
WHERE guild_id = :guild_id AND phase IN ('lobby', 'answering', 'revealed') AND format <> 'solo';

-- name: alone$
SELECT id FROM interview INDEXED BY interview_alone
WHERE host_id = :member_id AND phase IN ('lobby', 'answering', 'revealed') AND format = 'solo';

-- name: set_lobby!
UPDATE interview SET lobby_id = :message_id WHERE id = :id AND lobby_id IS NULL AND format <> 'solo';

-- name: set_place!
UPDATE interview SET place_id = :place_id WHERE id = :id;

-- name: try_report!
UPDATE interview SET reported_at = :now WHERE id = :id;

-- name: set_report!
UPDATE interview SET report_id = :message_id WHERE id = :id;

-- name: to_do
SELECT id FROM interview WHERE again_at <= :now ORDER BY again_at LIMIT :most;

-- name: first_to_do$
SELECT min(again_at) FROM interview WHERE again_at IS NOT NULL;

-- name: look_again!
UPDATE interview SET again_at = :again_at WHERE id = :id;

-- name: going_on
SELECT id FROM interview INDEXED BY interview_to_do WHERE again_at IS NOT NULL;

-- name: add_round!
INSERT INTO interview_round (interview_id, number, ask_id, candidate_id, interviewer_id)
VALUES (:id, :number, :ask_id, :candidate_id, :interviewer_id);

-- name: rounds
SELECT number, ask_id, message_id, shown, tried_at, candidate_id, interviewer_id
FROM interview_round WHERE interview_id = :id ORDER BY number;

-- name: of_ask$
SELECT interview_id FROM interview_round WHERE ask_id = :ask_id;

-- name: try_round!
UPDATE interview_round SET tried_at = :now WHERE interview_id = :id AND number = :number;

-- name: set_round!
UPDATE interview_round SET message_id = :message_id, shown = :shown WHERE interview_id = :id AND number = :number;

-- name: set_stars!
INSERT INTO interview_judgement (ask_id, member_id, stars) VALUES (:ask_id, :member_id, :stars)
ON CONFLICT (ask_id, member_id) DO UPDATE SET stars = excluded.stars;

-- name: set_ticks!
INSERT INTO interview_judgement (ask_id, member_id, ticks) VALUES (:ask_id, :member_id, :ticks)
ON CONFLICT (ask_id, member_id) DO UPDATE SET ticks = excluded.ticks;

-- name: judgements
SELECT member_id, stars, ticks FROM interview_judgement WHERE ask_id = :ask_id ORDER BY member_id;

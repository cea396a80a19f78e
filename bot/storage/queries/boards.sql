-- name: add_points!
INSERT INTO standing (guild_id, period, member_id, points, gain, listed)
SELECT board.value, period.value, member.id, :points, :gain,
       CASE board.value WHEN 0 THEN member.on_global_board
       ELSE member.on_boards AND NOT EXISTS (
           SELECT 1 FROM presence WHERE guild_id = board.value AND member_id = member.id AND here = 0) END
FROM member, json_each(:boards) AS board, json_each(:periods) AS period
WHERE member.id = :member_id
ON CONFLICT (guild_id, period, member_id) DO UPDATE
SET points = points + excluded.points, gain = gain + excluded.gain;

-- name: list_member!
UPDATE standing
SET listed = (
    SELECT CASE standing.guild_id WHEN 0 THEN on_global_board
           ELSE on_boards AND NOT EXISTS (
               SELECT 1 FROM presence
               WHERE presence.guild_id = standing.guild_id AND presence.member_id = member.id AND here = 0) END
    FROM member WHERE id = :member_id)
WHERE member_id = :member_id;

-- name: earned^
SELECT points, gain FROM standing WHERE guild_id = :guild_id AND period = :period AND member_id = :member_id;

-- name: top
SELECT standing.member_id, member.name, standing.points
FROM standing JOIN member ON member.id = standing.member_id
WHERE standing.guild_id = :guild_id AND standing.period = :period AND standing.listed = 1 AND standing.points > 0
ORDER BY standing.points DESC, standing.member_id LIMIT :most;

-- name: top_improved
SELECT standing.member_id, member.name, standing.gain
FROM standing JOIN member ON member.id = standing.member_id
WHERE standing.guild_id = :guild_id AND standing.period = :period AND standing.listed = 1 AND standing.gain > 0
ORDER BY standing.gain DESC, standing.member_id LIMIT :most;

-- name: ahead$
SELECT count(*) FROM (
    SELECT 1 FROM standing
    WHERE guild_id = :guild_id AND period = :period AND listed = 1 AND points > :than AND points > 0
    LIMIT :most);

-- name: ahead_improved$
SELECT count(*) FROM (
    SELECT 1 FROM standing
    WHERE guild_id = :guild_id AND period = :period AND listed = 1 AND gain > :than AND gain > 0
    LIMIT :most);

-- name: crowd^
SELECT total(members) AS members, total(CASE WHEN step > :step THEN members END) AS ahead,
       total(CASE step WHEN :step THEN members END) AS beside
FROM crowd WHERE guild_id = :guild_id AND period = :period AND measure = :measure;

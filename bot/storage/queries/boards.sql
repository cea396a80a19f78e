-- name: add_points!
INSERT INTO standing (guild_id, period, member_id, points, listed)
SELECT board.value, period.value, member.id, :points,
       CASE board.value WHEN 0 THEN member.on_global_board ELSE member.on_boards END
FROM member, json_each(:boards) AS board, json_each(:periods) AS period
WHERE member.id = :member_id
ON CONFLICT (guild_id, period, member_id) DO UPDATE SET points = points + excluded.points;

-- name: list_member!
UPDATE standing
SET listed = (SELECT CASE guild_id WHEN 0 THEN on_global_board ELSE on_boards END FROM member WHERE id = :member_id)
WHERE member_id = :member_id;

-- name: points$
SELECT points FROM standing WHERE guild_id = :guild_id AND period = :period AND member_id = :member_id;

-- name: top
SELECT standing.member_id, member.name, standing.points
FROM standing JOIN member ON member.id = standing.member_id
WHERE standing.guild_id = :guild_id AND standing.period = :period AND standing.listed = 1 AND standing.points > 0
ORDER BY standing.points DESC, standing.member_id LIMIT :most;

-- name: ahead$
SELECT count(*) FROM (
    SELECT 1 FROM standing
    WHERE guild_id = :guild_id AND period = :period AND listed = 1 AND points > :points LIMIT :most);


-- name: listed$
SELECT count(*) FROM standing WHERE guild_id = :guild_id AND period = :period AND listed = 1;

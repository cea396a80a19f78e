-- name: add_points!
INSERT INTO standing (guild_id, member_id, points) VALUES (:guild_id, :member_id, :points)
ON CONFLICT (guild_id, member_id) DO UPDATE SET points = points + excluded.points;

-- name: points$
SELECT points FROM standing WHERE guild_id = :guild_id AND member_id = :member_id;

-- name: top
SELECT standing.member_id, member.name, standing.points
FROM standing JOIN member ON member.id = standing.member_id
WHERE standing.guild_id = :guild_id AND standing.points > 0
ORDER BY standing.points DESC, standing.member_id LIMIT :most;

-- name: ahead$
SELECT count(*) FROM standing WHERE guild_id = :guild_id AND points > :points;

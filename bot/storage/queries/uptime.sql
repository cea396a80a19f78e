-- name: go_on!
UPDATE uptime SET until = :now WHERE since = (SELECT max(since) FROM uptime WHERE since <= :now) AND until >= :unbroken AND until <= :now;

-- name: begin!
INSERT INTO uptime (since, until) VALUES (:now, :now) ON CONFLICT DO NOTHING;

-- name: last$
SELECT max(until) FROM uptime WHERE until <= :now;

-- name: between
SELECT since, until FROM uptime WHERE until > :start AND since < :end ORDER BY since;

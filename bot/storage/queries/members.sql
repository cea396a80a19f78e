-- name: upsert!
INSERT INTO member (id, name, first_seen) VALUES (:id, :name, :now)
ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE name <> excluded.name;

-- name: zone$
SELECT zone FROM member WHERE id = :id;

-- name: streak^
SELECT count, best, last_day FROM streak WHERE member_id = :member_id;

-- name: set_streak!
INSERT INTO streak (member_id, count, best, last_day) VALUES (:member_id, :count, :best, :last_day)
ON CONFLICT (member_id) DO UPDATE
SET count = excluded.count, best = excluded.best, last_day = excluded.last_day;

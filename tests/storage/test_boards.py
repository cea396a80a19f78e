"""A board's crowd: how many it shows by steps, kept by the schema."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from random import Random

import pytest

from bot.domain.scoring import Measure
from bot.storage import boards, members
from bot.storage.database import open_database
from bot.storage.members import Wishes
from bot.storage.migrate import migrate

NOW = datetime(2026, 3, 2, tzinfo=UTC)
GUILD = 100


def test_python_and_the_schema_count_the_same_steps(tmp_path):
    migrate(tmp_path / "x.db", NOW)
    values = [1, 2, 199, 200, 224, 225, 1999, 2000, 2249, 19999, 20000, 22500, 2000000, 9000000]
    gains = [0.5, 1, 7.5, 99.5, 100, 104.5, 105, 2000]
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        last = 0
        for points in values:
            sql = "INSERT INTO standing (guild_id, period, member_id, points, listed) VALUES (1, ?, 1, ?, 1) RETURNING points_step"
            (step,) = connection.execute(sql, (str(points), points)).fetchone()
            assert boards._step(Measure.POINTS, points)[0] == step >= last
            last = step
        for gain in gains:
            sql = "INSERT INTO standing (guild_id, period, member_id, points, listed, gain) VALUES (2, ?, 1, 0, 1, ?) RETURNING gain_step"
            (step,) = connection.execute(sql, (str(gain), gain)).fetchone()
            assert boards._step(Measure.GAIN, gain)[0] == step


@pytest.mark.parametrize("measure", Measure)
async def test_the_crowd_is_who_is_listed(tmp_path, measure):
    dice = Random(5)
    async with open_database(tmp_path / "x.db", NOW) as database:
        for _ in range(300):
            member = dice.randrange(1, 20)
            await database.write(members.greet, member, "x", NOW)
            if dice.random() < 0.2:
                wishes = Wishes(on_boards=dice.random() < 0.5)
                await database.write(members.set_wishes, member, wishes)
                await database.write(boards.list_member, member)
            else:
                points, gain = dice.choice((0, 3, 90, 700, 9000)), dice.choice((0.0, 2.5, 60.0))
                await database.write(boards.add_points, member, GUILD, points, NOW, gain)
        rows = await database.read(
            lambda connection: connection.execute(
                "SELECT points, gain FROM standing WHERE guild_id = ? AND period = 'all' AND listed = 1",
                (GUILD,),
            ).fetchall()
        )
        shown = [row[measure.value] for row in rows if row[measure.value] > 0]
        assert len(shown) > 5
        for than in (0.5, 1, 100, 1000, 10000):
            crowd = await database.read(boards.crowd, GUILD, "all", measure, than)
            assert crowd.members == len(shown)
            exact = sum(one > than for one in shown)
            beside = sum(boards._step(measure, one) == boards._step(measure, than) for one in shown)
            assert crowd.surely <= exact <= crowd.surely + beside
            assert abs(crowd.about - exact) <= beside
        await database.write(lambda connection: connection.execute("DELETE FROM standing"))
        assert (
            await database.read(lambda connection: connection.execute("SELECT * FROM crowd").fetchall()) == []
        )

"""After a server's board was shown: looks up who of it is still there, at most once a day each."""

from collections.abc import Sequence

from discord.ext import commands

from bot.client import InterviewBot, incident_code, log


class LeaversCog(commands.Cog):
    """Nobody waits for it: who has left is missing at the next look."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._under_way: set[int] = set()  # servers

    @commands.Cog.listener()
    async def on_board_shown(self, guild_id: int, member_ids: Sequence[int]) -> None:
        """The bot has no intent for members, and needs none to ask for some by their ids."""
        guild = self.bot.get_guild(guild_id)
        if guild is None or guild.unavailable or guild_id in self._under_way:
            return
        self._under_way.add(guild_id)
        try:
            wanted = await self.bot.leavers.to_look_up(guild_id, member_ids)
            if wanted:
                found = await guild.query_members(user_ids=list(wanted), limit=len(wanted), cache=False)
                await self.bot.leavers.looked_up(guild_id, wanted, {member.id for member in found})
        except TimeoutError:
            log.info(
                "Discord did not say who is still in server %s; the next look at its board asks again.",
                guild_id,
            )
        except Exception:  # noqa: BLE001 - the board was shown; the next look tries again
            log.exception("Incident %s: who left server %s is not known", incident_code(), guild_id)
        finally:
            self._under_way.discard(guild_id)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(LeaversCog(bot))

"""Finds the IANA time zone that somebody means."""

from collections.abc import Sequence
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process, utils

from bot.engine.wording import repeated
from bot.errors import UserError

CLOSE_ENOUGH = 70.0
SUGGESTED = 3
# Offered before anything is typed: one of each region with many people.
COMMON = (
    "UTC",
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Africa/Lagos",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
)
UTC_NAMES = {"utc", "gmt", "z", "etc/utc", "etc/gmt"}


class Zones:
    """All zones of this machine by name and by city."""

    def __init__(self) -> None:
        # The others are duplicates ("EST5EDT"), inventions ("posix/…") or offsets with their sign turned ("Etc/GMT+1").
        regions = (
            "Africa/",
            "America/",
            "Antarctica/",
            "Asia/",
            "Atlantic/",
            "Australia/",
            "Europe/",
            "Indian/",
            "Pacific/",
        )
        names = sorted(zone for zone in available_timezones() if zone.startswith(regions))
        self._by_name = {name.casefold(): name for name in names}
        cities: dict[str, list[str]] = {}
        for name in names:
            cities.setdefault(_plain(name.rpartition("/")[2]), []).append(name)
        self._cities = cities

    def find(self, text: str) -> str:
        """The zone called `text`, which may be its name or its city. Raises UserError with likely ones."""
        typed = text.strip().casefold().replace(" ", "_")
        if typed in UTC_NAMES:
            return "UTC"
        if typed in self._by_name:
            return self._by_name[typed]
        found = self._cities.get(_plain(text), [])
        if len(found) == 1:
            return found[0]
        likely = found or self._likely(text)
        names = " or ".join(f"`{name}`" for name in likely)
        hint = f"Did you mean {names}?" if likely else "Write a region and a city, like `Europe/Berlin`."
        raise UserError(f"I know no time zone{repeated(text)}. {hint}")

    def complete(self, typed: str, most: int) -> Sequence[str]:
        """At most so many zones for what was typed so far: by the beginning of a city or name first, then by likeness."""
        plain = _plain(typed)
        if not plain and not typed.strip():
            return COMMON[:most]
        begins = [
            name
            for city, names in self._cities.items()
            for name in names
            if city.startswith(plain)
            or name.casefold().startswith(typed.strip().casefold().replace(" ", "_"))
        ]
        utc = ["UTC"] if any(name.startswith(plain) for name in UTC_NAMES) else []
        likely = self._likely(typed) if plain and not begins else ()
        return list(dict.fromkeys([*utc, *sorted(begins), *likely]))[:most]

    def _likely(self, text: str) -> Sequence[str]:
        hits = process.extract(
            _plain(text),
            list(self._cities),
            scorer=fuzz.ratio,
            limit=SUGGESTED,
            score_cutoff=CLOSE_ENOUGH,
        )
        return [name for city, _, _ in hits for name in self._cities[city]][:SUGGESTED]


def _plain(text: str) -> str:
    return utils.default_process(text.rpartition("/")[2].replace("_", " "))

"""A member's evening: the time of the day at which they may be reminded."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.zone import ZoneChoice

BEGINS, ENDS = time(18), time(23)
_DAYS = range(3)  # a change of zone can move the next evening by more than a day


def is_evening(moment: datetime, zone: str) -> bool:
    """Whether it is evening there; late at night nobody wants to be reminded."""
    return BEGINS <= moment.astimezone(ZoneInfo(zone)).time() < ENDS


def next_evening(moment: datetime, choice: ZoneChoice) -> datetime:
    """When the next evening begins after `moment`, in the zone that will be in force by then."""
    zones = {choice.at(moment), choice.next or choice.zone}
    return min(
        begins
        for zone in zones
        for begins in (_evening(moment, zone, ahead) for ahead in _DAYS)
        if begins > moment and choice.at(begins) == zone
    )


def _evening(moment: datetime, zone: str, ahead: int) -> datetime:
    day = moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=ahead)
    return datetime.combine(day, BEGINS, ZoneInfo(zone)).astimezone(UTC)

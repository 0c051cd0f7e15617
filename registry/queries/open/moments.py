"""`datetime` of OGC API – Features: a moment or an interval, read as days of the city."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from registry.errors import BadParameter
from registry.terms import BEIJING
from registry.wording import Message

# GDAL writes a day with a T behind it and nothing more.
DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T?")
MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,20})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
OPEN = ("", "..")


def read_days(value: str) -> tuple[date, date]:
    """First and last day of what is asked for. A title is announced on a day of the city, not at a moment."""
    parts = value.split("/")
    if len(parts) == 1:
        day = _day(parts[0])
        return day, day
    if len(parts) != 2 or all(part in OPEN for part in parts):
        raise _bad()
    start, end = (None if part in OPEN else _day(part) for part in parts)
    first, last = start or date.min, end or date.max
    if first > last or (all(map(_is_moment, parts)) and _moment(parts[0]) > _moment(parts[1])):
        raise BadParameter(Message("参数 datetime 的开始晚于结束，请调换。"), field="datetime")
    return first, last


def _is_moment(text: str) -> bool:
    return MOMENT.fullmatch(text) is not None


def _day(text: str) -> date:
    if _is_moment(text):
        return _moment(text).astimezone(BEIJING).date()
    found = DAY.fullmatch(text)
    if found is None:
        raise _bad()
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        raise _bad() from None


def _moment(text: str) -> datetime:
    found = MOMENT.fullmatch(text)
    assert found is not None
    day, hour, minute, second, _fraction, zone = found.groups()
    try:
        # A leap second is a second of the same day here.
        at = datetime.fromisoformat(f"{day}T{hour}:{minute}:{min(int(second), 59):02d}")
        if int(second) > 60:
            raise ValueError
        offset = timedelta(0)
        if zone not in "Zz":
            hours, minutes = int(zone[1:3]), int(zone[4:6])
            if hours > 23 or minutes > 59:
                raise ValueError
            offset = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    except ValueError:
        raise _bad() from None
    try:
        return _within(at - offset)
    except OverflowError:
        return _within(datetime.max if offset < timedelta(0) else datetime.min)


def _within(at: datetime) -> datetime:
    """A moment of UTC that has a day in the city as well."""
    room = timedelta(hours=24)
    return min(max(at, datetime.min + room), datetime.max - room).replace(tzinfo=UTC)


def _bad() -> BadParameter:
    return BadParameter(
        Message("参数 datetime 应为日期、带时区的时间，或用 / 连接的起止，如 2020-01-01/2020-12-31、2020-01-01/..。"),
        field="datetime",
    )

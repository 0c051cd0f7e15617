"""Days to come as people type them: one, or a list with ranges, as a notice on holidays has them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from registry.values.bad_value import BadValue
from registry.wording import Message

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_RANGE = re.compile(r"\s*(?:至|到|~|—|–)\s*")
_BETWEEN = re.compile(r"[,，、;；\s]+")
MOST = 200


def day_ahead(text: str) -> date:
    """A day, which may lie in the future; raises BadValue."""
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        if match is None:
            raise ValueError
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        raise BadValue(Message("不是日期"), Message("请写成 2026-10-12 的样子")) from None


def days_of_year(text: str, year: int) -> list[date]:
    """Days and ranges (`2027-02-05 至 2027-02-11`), one a line or parted by commas; raises BadValue with the part."""
    found: list[date] = []
    folded = _RANGE.sub("至", " ".join(unicodedata.normalize("NFKC", text).split()))
    for part in filter(None, _BETWEEN.split(folded)):
        ends = [day_ahead(each) for each in part.split("至")]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or last < first or (last - first).days > MOST:
            raise BadValue(Message("不是日期范围"), Message("请写成 2027-02-05 至 2027-02-11 的样子"))
        if {first.year, last.year} != {year}:
            raise BadValue(Message("不在 %(year)s 年", year=year), Message("每年分开录入，请更正"))
        found += [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return sorted(set(found))

"""The dates of a call for people's calendars: opening, deadline, later deadlines of units, its public notice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response
from icalendar import Calendar, Event

from registry.i18n import _
from registry.permissions import Permission
from registry.queries.calls.listing import CallRow, changed_at, public_call
from registry.queries.notices.public import NoticeDays, days_of_call
from registry.views.web.addresses import site_url
from registry.views.web.delivery import answer
from registry.views.web.page import name_of
from registry.views.web.runtime import policy, runtime, session
from registry.views.web.shelf import Body

blueprint = Blueprint("call_dates", __name__)
ICS = "text/calendar"
AN_HOUR = timedelta(hours=1)


@blueprint.get("/calls/<int:call_id>.ics")
@policy(Permission.PUBLIC_READ)
def dates(call_id: int) -> Response:
    """The dates of a published call as a calendar."""
    row = public_call(session(), call_id, now=datetime.now(UTC)).row
    calendar = Calendar()
    calendar.add("prodid", f"-//{runtime().site.name}//registry//")
    calendar.add("version", "2.0")
    calendar.add("name", row.title)
    stamp = changed_at(session(), row.id)
    moments = [("opens", _("开始受理"), row.window.opens_at), ("closes", _("申报截止"), row.window.closes_at)]
    moments += [
        (f"closes-{item.unit}", _("%(unit)s申报截止", unit=name_of("units", item.unit)), item.closes_at)
        for item in row.extensions
    ]
    for name, words, moment in moments:
        calendar.add_component(_entry(row, name, words, moment, stamp))
    for notice in days_of_call(session(), row.id):
        calendar.add_component(_notice(notice))
    return answer(Body(calendar.to_ical(), ICS))


def _entry(row: CallRow, name: str, words: str, moment: datetime, stamp: datetime) -> Event:
    """One date: the same UID for ever, a higher SEQUENCE after each change of the call."""
    entry = Event()
    entry.add("uid", _uid(f"call-{row.id}-{name}"))
    entry.add("dtstamp", stamp.astimezone(UTC))
    entry.add("sequence", row.version)
    # A deadline ends its hour, so that a reminder before the entry comes in time.
    begins = moment if name == "opens" else moment - AN_HOUR
    entry.add("dtstart", begins.astimezone(UTC))
    entry.add("dtend", (begins + AN_HOUR).astimezone(UTC))
    entry.add("summary", _("%(what)s：%(title)s", what=words, title=row.title))
    entry.add("url", site_url("calls.call", call_id=row.id, lang=None))
    return entry


def _notice(notice: NoticeDays) -> Event:
    """The days of a public notice, the first to the last, as whole days."""
    entry = Event()
    entry.add("uid", _uid(f"notice-{notice.id}"))
    entry.add("dtstamp", notice.opened_at.astimezone(UTC))
    entry.add("sequence", notice.version)
    entry.add("dtstart", notice.first_day)
    # The end of whole days is the day after the last one.
    entry.add("dtend", notice.last_day + timedelta(days=1))
    entry.add("summary", _("%(what)s：%(title)s", what=_("公示"), title=notice.title))
    entry.add("url", site_url("notices.notice", notice_id=notice.id, lang=None))
    return entry


def _uid(name: str) -> str:
    # Never the host of the request: the same date must have the same name for everybody.
    home = urlsplit(runtime().settings.public_url).hostname or "registry.invalid"
    return f"{name}@{home}"

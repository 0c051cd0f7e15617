"""The calendar of working days: a year as it holds now, and entering one."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import BadParameter, Conflict, RegistryError
from registry.forms.notices import CalendarForm
from registry.permissions import Permission
from registry.queries.notices.calendar import year_row
from registry.services.notices import calendar as commands
from registry.values.bad_value import BadValue
from registry.values.written_days import days_of_year
from registry.views.web.delivery import today
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("calendar", __name__)


@blueprint.route("/admin/calendar", methods=("GET", "POST"))
@policy(Permission.CALENDAR_MANAGE)
def calendar() -> str | tuple[str, int] | Response:
    """A year of the calendar; a POST enters it whole."""
    year, status = _year(), 200
    form = CalendarForm()
    if form.is_submitted():
        free, made_up = _read(form, "free", year), _read(form, "made_up", year)
        status = 422
        if free is not None and made_up is not None:
            try:
                commands.enter_year(
                    session(), actor(), year, free, made_up, seen=form.seen.data or "", now=datetime.now(UTC)
                )
                return redirect(url_for("calendar.calendar", year=year, done=1), 303)
            except RegistryError as error:
                session().rollback()
                status = form.absorb(error)
    row = year_row(session(), year)
    if status == Conflict.status:
        # What is on record now has been told; sent once more, it is replaced.
        form.seen.data = row.seen
    if not form.is_submitted():
        form.seen.data = row.seen
        # Guessed days are no beginning: somebody might take them for the official ones.
        shown = (row.free, row.made_up) if row.is_known else ((), ())
        form.free.data, form.made_up.data = (_lines(days) for days in shown)
    years = range(today().year - 1, today().year + 3)
    done = request.args.get("done") == "1"
    return render_template("notices/calendar.html", form=form, row=row, years=years, done=done), status


def _year() -> int:
    text = request.args.get("year", str(today().year))
    if not (text.isascii() and text.isdigit() and commands.FIRST <= int(text[:9]) <= commands.LAST):
        raise BadParameter(
            Message("参数 year 应是 %(first)s 到 %(last)s 的年份。", first=commands.FIRST, last=commands.LAST),
            field="year",
        )
    return int(text)


def _read(form: CalendarForm, name: str, year: int) -> list[date] | None:
    """The days of a field; None with the reason at the field when they cannot be read."""
    try:
        return days_of_year(form[name].data or "", year)
    except BadValue as error:
        form[name].errors = [*form[name].errors, error.sentence]
        return None


def _lines(days: tuple[date, ...]) -> str:
    return "\n".join(day.isoformat() for day in days)

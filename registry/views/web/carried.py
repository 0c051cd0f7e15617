"""A form that could not be saved, shown again with everything typed in hidden inputs, so that it can be sent again."""

from __future__ import annotations

from flask import Response, g, make_response, render_template, request

from registry.permissions import OPEN_TO_ALL, PUBLIC

CARRIED_LIMIT = 400_000
"""The most characters of typed text that such a page holds."""


def carried_page(status: int, *, is_foreign: bool = False, detail: str = "") -> Response:
    """What was typed, except passwords and codes, in a form that can be sent again from this site; `detail` says why
    it was not saved where neither the session nor the form is the reason."""
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if not _is_secret(name)]
        had_files, lost = any(file.filename for file in request.files.values()), False
    except OSError:
        # What was sent is longer than what memory holds, and the disk has no room for it.
        fields, had_files, lost = [], True, True
    too_long = lost or sum(len(name) + len(value) for name, value in fields) > CARRIED_LIMIT
    page = render_template(
        "accounts/carried.html",
        fields=[] if too_long else fields,
        too_long=too_long,
        target=request.script_root + request.full_path.rstrip("?"),
        signed_in=g.get("actor", PUBLIC).role is not None or g.get("permission") in OPEN_TO_ALL,
        is_foreign=is_foreign,
        had_files=had_files,
        detail=detail,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_secret(name: str) -> bool:
    return name in ("csrf_token", "one_time_code") or "password" in name

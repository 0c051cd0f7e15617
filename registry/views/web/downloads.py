"""Files as they leave: named by what they hold and the day, so that two of them are told apart in a folder."""

from __future__ import annotations

import io
import re
import unicodedata
from datetime import datetime
from typing import IO
from urllib.parse import quote

from flask import Response, request, send_file

from registry.services import events
from registry.terms import BEIJING
from registry.views.web.runtime import actor, hands_out, runtime

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST = 80
"""Characters of a name before its day and ending: every file system takes as many, also in Chinese."""
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]+')
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def file_name(*parts: str) -> str:
    """The parts that say something, joined by hyphens, without what a file system refuses."""
    shown = (
        "".join(" " if unicodedata.category(character)[0] == "C" else character for character in part) for part in parts
    )
    tidied = (_FORBIDDEN.sub(" ", part).strip(" .-") for part in shown)
    return "-".join(part for part in tidied if part)[:LONGEST].strip(" .-")


def as_attachment(response: Response, *parts: str, suffix: str, plain: str) -> Response:
    """Have a browser save the response as 内容-范围-日期; `plain` is the name for a program that reads ASCII only."""
    today = f"{datetime.now(BEIJING):%Y%m%d}"
    name = quote(f"{file_name(*parts)}-{today}.{suffix}", safe="")
    fallback = _PLAIN.sub("-", f"{plain}-{today}.{suffix}")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{name}"
    response.headers["Cache-Control"] = "no-cache"
    return response


def sent_file(content: IO[bytes], media_type: str, filename: str) -> Response:
    """A stored file as a download under its own name; it is closed when it has gone out."""
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    response = send_file(
        content, mimetype=media_type, as_attachment=True, download_name=filename, conditional=False, etag=False
    )
    response.content_length = size
    return response


def note_export(action: str, what: str, count: int) -> None:
    """A file that leaves is an event, in a transaction of its own: it counts whatever becomes of this request."""
    if not hands_out():
        return
    with runtime().write() as writing:
        changes = {what: (None, count), "filters": (None, request.full_path[:300])}
        events.record(writing, actor(), events.Entry(action=action, subject_type="export", changes=changes))
        writing.commit()

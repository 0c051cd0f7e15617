"""Files as they arrive with a form: decoded while the request holds nothing that others wait for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from flask import request
from werkzeug.datastructures import FileStorage

from registry.errors import InvalidInput
from registry.services import uploads
from registry.services.uploads import Examined
from registry.terms import AttachmentKind
from registry.views.web.runtime import pause


def sent_json() -> Any:
    """The JSON of this request; None for what is none, and for what is nested deeper than anybody writes: the reader
    of the framework would end in an accident."""
    try:
        return orjson.loads(request.get_data()) if request.is_json else None
    except orjson.JSONDecodeError:
        return None


def decoded(sent: FileStorage, kind: AttachmentKind) -> Examined:
    """A sent file, decoded; the caller leaves it as a context. Raises Refused with what is wrong, Busy where many
    files are being decoded. The request must not have written anything yet (see `pause`)."""
    pause()
    return uploads.examine(sent.stream, sent.filename or "", kind=kind)


@contextmanager
def decoded_paper(sent: Any, kind: AttachmentKind = AttachmentKind.OTHER) -> Iterator[Examined | None]:
    """The one paper of a form, decoded, or None when no file was sent. Raises InvalidInput at the field `file`."""
    if not isinstance(sent, FileStorage) or not sent.filename:
        yield None
        return
    try:
        found = decoded(sent, kind)
    except InvalidInput as error:
        error.field = "file"
        raise
    with found:
        yield found

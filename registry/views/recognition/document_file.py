"""The scanned paper of a recognition document: where it lies, and how a sent one is decoded."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from werkzeug.datastructures import FileStorage

from registry.errors import InvalidInput
from registry.services import uploads
from registry.services.uploads import Examined
from registry.storage import Storage
from registry.terms import AttachmentKind
from registry.views.web.runtime import runtime


def folder() -> Storage:
    """Where files lie."""
    return runtime().files


def examined(sent: FileStorage | None) -> AbstractContextManager[Examined | None]:
    """A context with the decoded PDF, or with None when no file was sent. Raises InvalidInput (field `file`)."""
    if not isinstance(sent, FileStorage) or not sent.filename:
        return nullcontext()
    try:
        return uploads.examine(sent.stream, sent.filename, kind=AttachmentKind.OTHER)
    except InvalidInput as error:
        error.field = "file"
        raise

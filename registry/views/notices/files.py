"""Files that come with an objection: decoded as they arrive, all of them or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import request

from registry.errors import InvalidInput
from registry.forms.base import at_label
from registry.services import uploads
from registry.services.notices.identity import IdentityKey
from registry.services.notices.objecting import MOST_FILES, Means
from registry.services.uploads import Examined
from registry.terms import AttachmentKind
from registry.views.web.received import decoded
from registry.views.web.runtime import runtime
from registry.wording import Message


def has_files() -> bool:
    """Whether files come with this request."""
    return any(file.filename for file in request.files.getlist("files"))


@contextmanager
def examined_files() -> Iterator[list[Examined]]:
    """The decoded files of this request. Raises InvalidInput (field `files`) naming the one that is refused."""
    sent = [file for file in request.files.getlist("files") if file.filename]
    if len(sent) > MOST_FILES:
        raise InvalidInput(
            Message("有 %(n)s 个文件，最多 %(most)s 个；请合并。", n=len(sent), most=MOST_FILES), field="files"
        )
    with ExitStack() as stack:
        found = []
        for file in sent:
            try:
                examined = decoded(file, AttachmentKind.OTHER)
            except InvalidInput as error:
                name = uploads.shown_name(file.filename or "")[-60:]
                raise InvalidInput(at_label(name, error.message), field="files") from error
            found.append(stack.enter_context(examined))
        yield found


def identity_key() -> IdentityKey:
    """The key of this installation."""
    return IdentityKey(runtime().settings.data_dir)


def means() -> Means:
    """What receiving an objection needs of this installation and request."""
    return Means(key=identity_key(), folder=runtime().files, address=request.remote_addr)

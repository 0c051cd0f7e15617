"""A file that somebody sent: decoded, and accepted or refused with a sentence."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from typing import IO

from registry.services.uploads.documents import check_package, check_pdf
from registry.services.uploads.formats import (
    DOCUMENTS,
    HEAD_BYTES,
    MAX_BYTES,
    PICTURES,
    SUFFIXES,
    WORDS,
    Format,
    Refused,
    recognise,
    refuse_unknown,
)
from registry.services.uploads.names import shortened, shown_name, suffix_of
from registry.services.uploads.pictures import rewritten
from registry.services.uploads.turns import TURNS
from registry.terms import AttachmentKind
from registry.wording import Message

_CHUNK = 1 << 18
_IN_MEMORY = 1 << 21
_SIGNED = (
    AttachmentKind.BUSINESS_LICENSE,
    AttachmentKind.APPLICATION_FORM_SIGNED,
    AttachmentKind.AUTHENTICITY_COMMITMENT,
    AttachmentKind.INVOICE,
    AttachmentKind.CREDIT_REPORT,
    AttachmentKind.RECOMMENDATION_LETTER,
)
"""Papers with a seal or from an authority: a picture or scan of them, never an editable document."""


@dataclass(frozen=True)
class Examined:
    """An accepted file: what it is, how it may be shown, and its content as it will be stored."""

    media_type: str
    suffix: str
    filename: str
    size: int
    sha256: str
    file: IO[bytes]

    def __enter__(self) -> Examined:
        return self

    def __exit__(self, *_error: object) -> None:
        """Let the temporary content go."""
        self.file.close()


def accepted(kind: AttachmentKind) -> tuple[str, ...]:
    """Endings of the names that an attachment kind takes, for the `accept` of a file input."""
    return tuple(suffix for found in _formats(kind) for suffix in SUFFIXES[found])


def accepted_words(kind: AttachmentKind) -> Message:
    """The same in words: `PDF、JPG、PNG、WebP`."""
    return Message("%(formats)s", formats=[WORDS[found] for found in _formats(kind)])


def _formats(kind: AttachmentKind) -> tuple[Format, ...]:
    if kind == AttachmentKind.PHOTO:
        return PICTURES
    return (Format.PDF, *PICTURES) if kind in _SIGNED else (Format.PDF, *PICTURES, *DOCUMENTS)


def examine(stream: IO[bytes], filename: str, *, kind: AttachmentKind) -> Examined:
    """Decode a sent file. Raises Refused (422) with one sentence about what is wrong and the way out, Busy (503)
    where too many files are being decoded.

    The result is a context that the caller leaves; a refused file leaves nothing behind.
    """
    received = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 the caller closes it
    try:
        size = _receive(stream, received)
        with TURNS.take():
            found = _decode(received, size)
            name, suffix = _named(filename, found, kind)
            content = _content(received, found)
    except BaseException:
        received.close()
        raise
    if content is not received:
        received.close()
    digest, size = _digest(content)
    return Examined(found.value, suffix, name, size, digest, content)


def _receive(stream: IO[bytes], target: IO[bytes]) -> int:
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > MAX_BYTES:
            raise Refused(
                Message(
                    "文件超过 %(most)s MB：请压缩图片、降低扫描分辨率或分成几个文件。", most=MAX_BYTES // 1024 // 1024
                )
            )
        target.write(chunk)
    if size == 0:
        raise Refused(Message("文件是空的（0 字节）：请重新选择。"))
    return size


def _decode(received: IO[bytes], size: int) -> Format:
    received.seek(0)
    head = received.read(HEAD_BYTES)
    found = recognise(head)
    if found is None:
        raise refuse_unknown(head)
    if found == Format.PDF:
        check_pdf(received, size)
    elif found in DOCUMENTS:
        found = check_package(received, size)
    return found


def _named(filename: str, found: Format, kind: AttachmentKind) -> tuple[str, str]:
    """(name to show, its suffix); a name that says another format than the content has is refused."""
    name = shown_name(filename)
    suffix = suffix_of(name)
    if suffix and suffix not in SUFFIXES[found]:
        raise Refused(
            Message(
                "文件名以 %(suffix)s 结尾，内容却是 %(words)s：请核对文件，或把扩展名改为 %(right)s。",
                suffix=suffix,
                words=WORDS[found],
                right=found.suffix,
            )
        )
    if found not in _formats(kind):
        raise Refused(
            Message(
                "%(kind)s不收 %(words)s，可以上传 %(accepted_words)s。",
                kind=kind,
                words=WORDS[found],
                accepted_words=accepted_words(kind),
            )
        )
    suffix = suffix or found.suffix
    return shortened(name or kind.zh, suffix), suffix


def _content(received: IO[bytes], found: Format) -> IO[bytes]:
    """What will be stored: pictures written anew, everything else as it came."""
    if found not in PICTURES:
        return received
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 the caller closes it
    try:
        received.seek(0)
        rewritten(received, found, target)
    except BaseException:
        target.close()
        raise
    return target


def _digest(content: IO[bytes]) -> tuple[str, int]:
    """(SHA-256 in hex, bytes); the content stands at its beginning again."""
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    content.seek(0)
    return digest.hexdigest(), size

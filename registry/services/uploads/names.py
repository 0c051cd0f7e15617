"""The name that a file was given, made harmless for showing. Files are never stored under it."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?=[a-z0-9]*[a-z])[a-z0-9]{1,5}$", re.IGNORECASE)


def shown_name(given: str) -> str:
    """The last part of a path as one line of visible text; '' when nothing is left.

    Control characters, direction marks and other invisible ones go, so that a name cannot show
    another ending than it has; what no file system takes becomes `_`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given.replace("\x00", "")))[-1]
    visible = "".join(mark for mark in last if unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    name = _FORBIDDEN.sub("_", " ".join(visible.split())).strip(". ")
    return f"_{name}" if _RESERVED.match(name) else name


def suffix_of(name: str) -> str:
    """The ending of a name in lower case with its dot, '' when it has none that looks like one."""
    found = _SUFFIX.search(name)
    return found.group().lower() if found else ""


def shortened(name: str, suffix: str) -> str:
    """At most `LONGEST` characters, ending in `suffix` (as it was typed when it is there already)."""
    stem = name[: -len(suffix)] if name.lower().endswith(suffix) else name
    ending = name[len(stem) :] or suffix
    return (stem[: LONGEST - len(ending)].rstrip(". ") or "附件") + ending

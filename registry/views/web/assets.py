"""Own and installed browser assets: hashed addresses, compressed once, cached for a year.

What every page needs at once travels in one file: a request costs a browser more than its bytes.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG

from flask import Flask, Response, current_app, request, url_for

from registry.errors import NotFound
from registry.permissions import Permission
from registry.views.web.delivery import LASTING, from_shelf
from registry.views.web.runtime import policy
from registry.views.web.shelf import STRONGEST, Body
from registry.wording import Message

STATIC = Path(__file__).resolve().parents[3] / "static"

TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
JOINED = {
    "all.css": ("tokens.css", "vendor/leaflet.css", "site.css", "map.css"),
    "size.js": ("size.js", "desk.js", "reveal.js", "fields.js"),
    "device-out.js": ("device.js", "device-out-page.js"),
    "map-first.js": ("clusters.js", "map-view.js", "map-marks.js", "sketch.js"),
    "map-page.js": ("map-names.js", "map-live.js", "map-years.js", "map-print.js", "map-here.js", "map.js"),
}
"""Files that exist only as others in this order; they lie beside `site.css`, so its relative addresses hold."""
_FOR_AUTHORS = re.compile(rb"^\s*(//.*\n|/\*(?s:.*?)\*/\s*)|^\s+", re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """What is served under one name: its files, and when each was last changed (ns)."""

    name: str
    parts: tuple[Path, ...]
    modified: tuple[int, ...]


def _body(asset: Asset) -> Body:
    suffix = Path(asset.name).suffix
    kind = TYPES.get(suffix) or mimetypes.guess_type(asset.name)[0] or "application/octet-stream"
    return Body(_content(asset), kind, quality=STRONGEST)


def _content(asset: Asset) -> bytes:
    parts = [part.read_bytes() for part in asset.parts]
    return b"\n".join(map(_squeezed, parts) if asset.name in JOINED else parts)


def _squeezed(text: bytes) -> bytes:
    """A style sheet or script without what only its authors read: comments on lines of their own, and indentation."""
    return _FOR_AUTHORS.sub(b"", text)


def _asset(name: str) -> Asset:
    parts = tuple(_path(part) for part in JOINED.get(name, (name,)))
    return Asset(name, parts, tuple(_modified(part) for part in parts))


@lru_cache(maxsize=512)
def _path(name: str) -> Path:
    try:
        path = (STATIC / name).resolve()
    except (ValueError, OSError):
        # A NUL in the name, or a name that is longer than the file system takes.
        raise NotFound(Message("没有这个文件。")) from None
    if not path.is_relative_to(STATIC) or path.suffix not in TYPES:
        raise NotFound(Message("没有这个文件。"))
    return path


def _modified(path: Path) -> int:
    try:
        found = path.stat()
    except OSError:
        raise NotFound(Message("没有这个文件。")) from None
    if not S_ISREG(found.st_mode):
        raise NotFound(Message("没有这个文件。"))
    return found.st_mtime_ns


@lru_cache(maxsize=512)
def _digest(asset: Asset) -> str:
    return hashlib.sha256(_content(asset)).hexdigest()[:12]


@lru_cache(maxsize=512)
def _first_digest(name: str) -> str:
    return _digest(_asset(name))


def asset_url(name: str) -> str:
    """Address of a file under `static/`, or of one in JOINED, with its content hash; like a template it is read once,
    except by the server of a developer."""
    return url_for("static", filename=name, v=_digest(_asset(name)) if current_app.debug else _first_digest(name))


def asset_text(name: str) -> str:
    """What a file under `static/`, or one in JOINED, says."""
    return _content(_asset(name)).decode()


@policy(Permission.PUBLIC_READ)
def static(filename: str) -> Response:
    """A file under `static/`; hashed addresses never change and are cached for a year."""
    asset = _asset(filename)
    lasting = request.args.get("v") == _digest(asset)
    return from_shelf(asset, lambda: _body(asset), revision=LASTING if lasting else None)


def init_assets(app: Flask) -> None:
    """Serve `/static/<file>` under the endpoint name that url_for knows."""
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)
    app.jinja_env.globals["asset_url"] = asset_url

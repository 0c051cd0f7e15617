"""Own and installed browser assets: hashed addresses, compressed once, cached for a year."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for

from registry.errors import NotFound
from registry.permissions import Permission
from registry.views.delivery import LASTING, Body, answer
from registry.views.runtime import policy

STATIC = Path(__file__).resolve().parents[2] / "static"

TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


@lru_cache(maxsize=512)
def _body(path: Path, modified: int) -> Body:
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Body(path.read_bytes(), kind, quality=9)


def _file(name: str) -> Path:
    try:
        path = (STATIC / name).resolve()
        is_there = path.is_relative_to(STATIC) and path.is_file() and path.suffix in TYPES
    except (ValueError, OSError):
        # A NUL in the name, or a name that is longer than the file system takes.
        is_there = False
    if not is_there:
        raise NotFound("没有这个文件。")
    return path


@lru_cache(maxsize=512)
def _digest(path: Path, modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset_url(name: str) -> str:
    """Address of a file under `static/` with its content hash."""
    path = _file(name)
    return url_for("static", filename=name, v=_digest(path, path.stat().st_mtime_ns))


@policy(Permission.PUBLIC_READ)
def static(filename: str) -> Response:
    """A file under `static/`; hashed addresses never change and are cached for a year."""
    path = _file(filename)
    modified = path.stat().st_mtime_ns
    lasting = request.args.get("v") == _digest(path, modified)
    return answer(
        _body(path, modified),
        cache_control="public, max-age=31536000, immutable" if lasting else "no-cache",
        revision=LASTING if lasting else None,
    )


def init_assets(app: Flask) -> None:
    """Serve `/static/<file>` under the endpoint name that url_for knows."""
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)
    app.jinja_env.globals["asset_url"] = asset_url

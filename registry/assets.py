"""Browser assets that come with Python packages: copied from installed wheels, never committed.

`python -m registry.assets` puts Leaflet into `static/vendor/` and compiles the translations.
"""

from __future__ import annotations

import shutil
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from registry.wording import TRANSLATIONS

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "static" / "vendor"
WANTED = {"leaflet.js": "leaflet.js", "leaflet.css": "leaflet.css"}


def install_assets() -> list[str]:
    """Copy Leaflet and compile the catalogues. Returns the files written, relative to the project."""
    written = []
    VENDOR.mkdir(parents=True, exist_ok=True)
    try:
        packed = files("XStatic-Leaflet") or []
    except PackageNotFoundError:
        packed = []
    for entry in packed:
        if entry.name in WANTED and "images" not in entry.parts:
            shutil.copyfile(str(entry.locate()), VENDOR / WANTED[entry.name])
            written.append(f"static/vendor/{WANTED[entry.name]}")
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        with source.open("rb") as catalogue_file, target.open("wb") as compiled:
            write_mo(compiled, read_po(catalogue_file))
        written.append(str(target.relative_to(ROOT)))
    return written


def missing_assets() -> list[str]:
    """Names of installed assets that are not there."""
    return [name for name in sorted(WANTED.values()) if not (VENDOR / name).is_file()]


if __name__ == "__main__":
    for name in install_assets():
        print(name)
    absent = missing_assets()
    if absent:
        raise SystemExit("缺少前端资源：" + "、".join(absent) + "。请检查 XStatic-Leaflet 是否已安装。")

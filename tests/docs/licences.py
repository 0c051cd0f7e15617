"""The licences of everything that runs in production, from what the packages say of themselves."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPYLEFT = re.compile(r"\b[AL]?GPL|Lesser|General Public|MPL|Mozilla|EUPL|CDDL|EPL", re.IGNORECASE)
ACCEPTED = {
    "certifi": "MPL-2.0：只带根证书清单，未作修改",
    "orjson": "MPL-2.0（或 Apache-2.0、MIT）：按文件计，未作修改",
    "psycopg": "LGPL-3.0：作为库动态使用，可以替换",
    "psycopg-binary": "LGPL-3.0：作为库动态使用，可以替换",
    "python-stdnum": "LGPL-2.1+：作为库动态使用，可以替换",
}
"""Packages whose licence asks for something in return, and why that is no hindrance here."""
_SHORT = {
    "mit": "MIT", "mit license": "MIT", "bsd license": "BSD", "bsd": "BSD", "apache software license": "Apache-2.0",
    "apache 2.0": "Apache-2.0", "the mit license (mit)": "MIT",
}  # fmt: skip
_TOLD = {"xstatic-leaflet": "BSD-2-Clause"}
"""What a package says of its licence elsewhere than in a form that programs read."""
ABSENT = "（未安装）"


def runtime_packages() -> list[str]:
    """Names in requirements.txt and requirements-server.txt."""
    found = set()
    for name in ("requirements.txt", "requirements-server.txt"):
        found |= set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
    return sorted(found)


def licence_of(name: str) -> str:
    """What a package says: its expression, else its classifier, else the first line of its licence."""
    try:
        made: Distribution = distribution(name)
    except PackageNotFoundError:
        return ABSENT
    said = _TOLD.get(name) or made.metadata.get("License-Expression")
    if not said:
        classifiers = made.metadata.get_all("Classifier") or []
        words = [text.rsplit(" :: ", 1)[-1] for text in classifiers if text.startswith("License :: OSI Approved ::")]
        first = (made.metadata.get("License") or "").strip().partition("\n")[0][:60]
        said = "; ".join(sorted(words)) or first
    return _SHORT.get(said.lower(), said)


def page() -> str:
    """docs/licences.md."""
    rows = "".join(f"| {name} | {licence_of(name)} | {ACCEPTED.get(name, '')} |\n" for name in runtime_packages())
    return (
        "运行时用到的全部软件包及其许可，取自各包自己的声明；新出现的著佐权（copyleft）或不明许可会使测试失败。\n\n"
        f"| 软件包 | 许可 | 说明 |\n|---|---|---|\n{rows}\n"
        "随轮子附带：GEOS（LGPL-2.1，在 shapely 和 pyogrio 中）、libgfortran（GPL 带运行库例外，在 numpy 中）。"
        "开发时另有 djlint（GPL-3.0），不随产品运行。\n"
    )

"""Programs that the tests need, from Debian's packages; `python -m tests.debian nginx` installs what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def is_debian() -> bool:
    """Whether packages can be installed here: Debian or Ubuntu, as root."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install packages and start none of their services."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=True, env=quiet)


def _missing(programs: list[str]) -> list[str]:
    return [name for name in programs if shutil.which(name) is None]


def main(programs: list[str]) -> int:
    """Make sure that programs are there whose packages bear their names; 1 with a sentence if one cannot be had."""
    if (missing := _missing(programs)) and is_debian():
        print(f"正在安装 {'、'.join(missing)}…", flush=True)
        install(*missing)
    if missing := _missing(programs):
        print(f"没有 {'、'.join(missing)}：请先安装。", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

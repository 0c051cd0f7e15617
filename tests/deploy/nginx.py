"""`python -m tests.deploy.nginx`: makes sure that nginx is there, which the site is deployed behind."""

from __future__ import annotations

import shutil
import sys

from tests.debian import install, is_debian


def main() -> int:
    """Install nginx from Debian where it is missing; 1 with a sentence if it cannot be had."""
    if shutil.which("nginx") is None and is_debian():
        print("正在安装 nginx…", flush=True)
        install("nginx")
    if shutil.which("nginx") is None:
        print("没有 nginx：请先安装 nginx。", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Finding a real browser, or installing one; `python -m tests.chromium` does so and names it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.debian import install, is_debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def find_browser() -> str | None:
    """Path of a browser: $CHROMIUM, a system one, or the one playwright installed."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or _playwright_browser()


def _playwright_browser() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install_browser() -> None:
    """Install Chromium with a Chinese font: from Debian as root, else by playwright."""
    if is_debian():
        install("chromium", "fonts-noto-cjk")
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def main() -> int:
    """Make sure that a browser is there; 1 with a sentence if none can be had."""
    if find_browser() is None:
        print("正在安装浏览器…", flush=True)
        install_browser()
    found = find_browser()
    if found is None:
        print("没有可用的浏览器：请安装 Chromium，或用环境变量 CHROMIUM 指定。", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""The installation of docs/operation.md: its own commands, with a folder in the place of /opt, /etc and /var.

Debian's packages, the account and systemd belong to a machine of one's own, and are left out. Everything else is done
as the page says: a clone, an environment of its own, the pinned packages with their hashes, the assets, the settings.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.deploy.files import DEPLOY
from tests.served import ROOT, Program

PAGE = DEPLOY.parent / "docs" / "operation.md"
PROGRAM, SETTINGS = "git clone", "registry.env.example"
"""What the blocks hold that are taken from the page."""


def block(marker: str) -> str:
    """The first block of commands on the page that holds these words."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return next(each for each in blocks if marker in each)


def at(folder: Path, commands: str) -> str:
    """Commands of the page with the places of a folder."""
    for name in ("opt", "etc", "var"):
        commands = re.sub(rf"(?<![\w/])/{name}/", f"{shlex.quote(str(folder))}/{name}/", commands)
    # An editor is a person; the walk writes the settings itself.
    commands = re.sub(r"(?m)^editor .*\n", "", commands)
    return commands.replace("仓库地址", shlex.quote(str(ROOT)))


def installed(folder: Path) -> Program:
    """Install the committed state of this checkout below a folder."""
    for name in ("opt/registry", "etc/registry", "var/lib/registry"):
        (folder / name).mkdir(parents=True, mode=0o755)
    _said(folder, block(PROGRAM))
    current = folder / "opt" / "registry" / "current"
    _said(folder, block(SETTINGS), current)
    return Program(current.resolve(), str(current / ".venv" / "bin" / "python"))


def write_settings(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Set lines of the settings file as the page tells; returns what the file says from then on, without REGISTRY_."""
    path = folder / "etc" / "registry" / "registry.env"
    text = path.read_text(encoding="utf-8")
    for name, value in settings.items():
        text, changed = re.subn(rf"(?m)^#?REGISTRY_{name}=.*$", f"REGISTRY_{name}={value}", text)
        assert changed == 1, f"the example has no line for {name}"
    path.write_text(text, encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    return dict(re.findall(r"(?m)^REGISTRY_(\w+)=(.*)$", text))


def _said(folder: Path, commands: str, place: Path | None = None) -> None:
    # Nothing of the environment in which the tests run is known to the installed program.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("REGISTRY_", "PYTHON", "VIRTUAL"))
    }
    done = subprocess.run(["sh", "-e"], input=at(folder, commands), cwd=place or folder, env=environment, text=True,
                          capture_output=True, timeout=1800, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-1500:]

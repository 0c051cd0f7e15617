"""The files of deploy/ agree with the program and with each other, whatever is installed here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from registry.config import SETTINGS, Settings
from tests.deploy.files import DEPLOY
from tests.parsing import parse

UNITS = sorted(path.name for path in DEPLOY.glob("*.service"))
OPERATION = (DEPLOY.parent / "docs" / "operation.md").read_text(encoding="utf-8")


def lines_of(text: str) -> dict[str, str]:
    """The settings that an environment file sets."""
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def test_the_example_names_every_setting_once_and_starts_the_site() -> None:
    text = (DEPLOY / "registry.env.example").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^#?REGISTRY_(\w+)=", text) == [name for name, _default, _meaning in SETTINGS]
    settings = Settings.from_environ(lines_of(text))
    assert (settings.trusted_proxies, settings.workers, settings.public_url) == (
        1,
        2,
        "https://registry.example.gov.cn",
    )
    everything = Settings.from_environ(
        lines_of(text.replace("#REGISTRY_", "REGISTRY_").replace("REGISTRY_SECRET_KEY=\n", ""))
    )
    assert everything == settings, "a default in the example is another one than the program's"


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_keeps_to_itself(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for line in (
        "User=registry",
        "UMask=0077",
        "StateDirectoryMode=0700",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
    ):
        assert f"\n{line}\n" in text
    assert ".venv/bin/flask --app app" in text or "deploy/backup.sh" in text


def test_places_are_the_same_in_all_files() -> None:
    socket = "/run/registry/registry.sock"
    for name in ("nginx.conf", "registry.service"):
        assert socket in (DEPLOY / name).read_text(encoding="utf-8")
    assert socket in OPERATION
    for path in DEPLOY.iterdir():
        if path.suffix in (".service", ".timer", ".conf"):
            assert "/opt/registry/current" in path.read_text(encoding="utf-8") or path.suffix == ".timer"


def test_the_page_for_the_minutes_without_the_application_is_sound() -> None:
    root, errors = parse((DEPLOY / "busy.html").read_text(encoding="utf-8"))
    assert errors == []
    assert "请稍后再试" in "".join(root.itertext())


def test_old_backups_go_and_those_of_weeks_and_months_stay(tmp_path: Path) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in (9, 10, 11) for day in range(1, 31)]
    for day in days:
        (tmp_path / f"{day}.backup").touch()
    (tmp_path / "2026-10-10.backup.incomplete").touch()
    subprocess.run(
        ["sh", str(DEPLOY / "backup.sh"), str(tmp_path), "--thin-only"],
        env={"PATH": "/usr/bin:/bin", "BACKUP_TODAY": "2026-11-30", "TZ": "Asia/Shanghai"},
        check=True,
    )
    kept = sorted(path.name.removesuffix(".backup") for path in tmp_path.iterdir())
    assert kept == [
        "2026-09-01", "2026-10-01", "2026-10-10.backup.incomplete", "2026-11-01", "2026-11-02", "2026-11-09", "2026-11-16",
        *(f"2026-11-{day}" for day in range(23, 31)),
    ]  # fmt: skip

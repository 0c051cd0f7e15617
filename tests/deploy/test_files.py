"""The files of deploy/ agree with the program and with each other, whatever is installed here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from app import create_app
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


def test_the_command_of_an_operator_runs_as_the_site_does() -> None:
    """Everything but the subcommand is that of the unit; the page installs the command before it is first used."""
    command = (DEPLOY / "registry.sh").read_text(encoding="utf-8")
    unit = (DEPLOY / "registry.service").read_text(encoding="utf-8")
    asked = re.findall(r"-p (\w+=\S+)", command)
    assert [each for each in asked if f"\n{each}\n" not in unit] == []
    assert len(asked) == 5
    assert '/opt/registry/current/.venv/bin/flask --app app "$@"\n' in command
    assert OPERATION.index("deploy/registry.sh /usr/local/sbin/registry") < OPERATION.index("\nregistry init\n")


def test_places_are_the_same_in_all_files() -> None:
    socket = "/run/registry/registry.sock"
    for name in ("nginx.conf", "registry.service"):
        assert socket in (DEPLOY / name).read_text(encoding="utf-8")
    assert socket in OPERATION
    for path in DEPLOY.iterdir():
        if path.suffix in (".service", ".timer", ".conf"):
            assert "/opt/registry/current" in path.read_text(encoding="utf-8") or path.suffix == ".timer"


def test_every_server_for_unknown_names_hangs_up() -> None:
    servers = re.findall(r"(?m)^server {\n(.*?)^}", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"), re.DOTALL)
    unknown = [server for server in servers if "server_name _;" in server]
    assert [("default_server" in server, "return 444;" in server) for server in unknown] == [(True, True)] * 2


def logged(path: str) -> tuple[str, str]:
    """What the log of nginx says of an address: (place, visitor), by the two maps of its configuration."""
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    found = []
    for variable, otherwise in (("registry_place", path), ("registry_visitor", "192.0.2.7")):
        [body] = re.findall(rf"map \$request_uri \${variable} {{\n(.*?)\n}}", text, re.DOTALL)
        said = otherwise
        for pattern, value in re.findall(r'"~(\S+)" "?([^";]+)"?;', body):
            if match := re.search(pattern.replace("(?<", "(?P<"), path):
                said = re.sub(r"\$(\w+)", lambda name, match=match: match[name[1]], value)
                break
        found.append(said)
    return found[0], found[1]


@pytest.mark.parametrize("prefix", ["", "/smart"])
def test_the_log_of_the_proxy_holds_no_link_that_opens_something_and_nobody_who_objects(prefix: str) -> None:
    assert "access_log /var/log/nginx/registry.log registry;" in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    rules = [rule.rule for rule in create_app(Settings(data_dir=Path("none"))).url_map.iter_rules()]
    secret = [rule for rule in rules if "<token>" in rule]
    assert len(secret) >= 7
    for rule in secret:
        place, _visitor = logged(prefix + re.sub(r"<[^>]+>", "s3cret", rule) + "?lang=en")
        assert "s3cret" not in place, rule
        assert place.endswith("..."), rule
    assert logged(f"{prefix}/projects/CZ-000001?next=/objections/1") == (f"{prefix}/projects/CZ-000001", "192.0.2.7")
    for path in ("/notices/3/object?item=2", "/objections", "/objections/YY-1/abc"):
        assert logged(prefix + path)[1] == "-"


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

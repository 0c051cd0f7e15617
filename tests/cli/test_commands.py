"""The command line as an operator uses it: one sentence, right exit codes, nothing without `flask init`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from app import create_app
from registry.config import Settings
from tests.cities import DEMO_BATCH

ROOT = Path(__file__).resolve().parents[2]


def flask(folder: Path, *arguments: str) -> Result:
    """Run a command in this process with a data directory of its own."""
    app = create_app(Settings(data_dir=folder))
    try:
        return app.test_cli_runner().invoke(args=list(arguments))
    finally:
        app.extensions["registry"].engine.dispose()


def start(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `flask --app app …` as an operator does, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    environment |= {"REGISTRY_DATA_DIR": str(folder), **settings}
    command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_first_light(tmp_path: Path) -> None:
    """init, import the 2020 batch twice, look at it, export it, verify the audit."""
    folder = tmp_path / "instance"
    batch = str(DEMO_BATCH)
    assert flask(folder, "init").exit_code == 0
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    dry = flask(folder, "import", "projects", batch)
    assert dry.stdout.splitlines()[-1] == "new=22 changed=0 unchanged=0 refused=0 questions=0"
    applied = flask(folder, "import", "projects", batch, "--apply")
    assert (applied.exit_code, applied.stdout.splitlines()[-1]) == (
        0,
        "new=22 changed=0 unchanged=0 refused=0 questions=0",
    )
    again = flask(folder, "import", "projects", batch, "--apply")
    assert again.stdout.splitlines()[-1] == "new=0 changed=0 unchanged=22 refused=0 questions=0"
    target = tmp_path / "zone.geojson"
    assert flask(folder, "export", "projects", str(target), "unit=JKQ").exit_code == 0
    features = json.loads(target.read_text())["features"]
    assert {feature["properties"]["division"] for feature in features} == {"320412"}
    assert len(features) == 5
    assert "散列链完整" in flask(folder, "audit", "verify").stdout
    refused = flask(folder, "demo", "load")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "已有记录" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "sentence"),
    [
        (("demo", "load"), {}, "请先运行 flask init"),
        (("serve",), {}, "请先运行 flask init"),
        (("init",), {"REGISTRY_SECRET_KEY": ""}, "REGISTRY_SECRET_KEY 已设置但为空"),
        (("init",), {"REGISTRY_SECRET_KEY": "short"}, "REGISTRY_SECRET_KEY 至少应有 32 个字符"),
        (("init",), {"REGISTRY_PORT": "８０００"}, "REGISTRY_PORT 应为"),
        (("init",), {"REGISTRY_COLOUR": "red"}, "不认识的设置 REGISTRY_COLOUR"),
        (("init",), {"REGISTRY_BASE_PATH": "smart"}, "应以 / 开头"),
        (("init",), {"REGISTRY_DATABASE_URL": "sqlite:////nonexistent/folder/registry.db"}, "无法打开数据库"),
    ],
)
def test_a_wrong_set_up_is_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], settings: dict[str, str], sentence: str
) -> None:
    done = start(tmp_path / "missing", *arguments, **settings)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", ["", "\n", "short", b"\xff\xfe"])
def test_a_spoiled_key_stops_every_command_and_says_the_way_out(tmp_path: Path, content: str | bytes) -> None:
    flask(tmp_path, "init")
    (tmp_path / "secret.key").write_bytes(content.encode() if isinstance(content, str) else content)
    for arguments in (("init",), ("serve",), ("doctor",)):
        done = flask(tmp_path, *arguments)
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1), done.output
        assert "secret.key" in done.stderr
    assert flask(tmp_path, "init").exit_code == 1, "it was replaced in silence"


def test_what_init_makes_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    before = os.umask(0)
    try:
        assert flask(folder, "init").exit_code == 0
        assert flask(folder, "demo", "load").exit_code == 0
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    open_to_others = [str(path) for path in folder.rglob("*") if path.stat().st_mode & 0o077]
    assert open_to_others == []


def test_an_older_installation_is_closed_by_the_next_init(tmp_path: Path) -> None:
    flask(tmp_path, "init")
    tmp_path.chmod(0o755)
    (tmp_path / "registry.db").chmod(0o644)
    assert flask(tmp_path, "init").exit_code == 0
    assert (tmp_path.stat().st_mode & 0o777, (tmp_path / "registry.db").stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    flask(tmp_path, "init")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = start(tmp_path, "serve", "--port", str(port))
    assert done.returncode == 1
    assert f"无法在 127.0.0.1:{port} 启动" in done.stderr
    assert "网站已启动" not in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "projects", "list.txt"),
        ("import", "projects", "missing.csv"),
        ("demo", "dance"),
        ("export", "projects", "x.csv", "colour=red"),
    ],
)
def test_wrong_use_is_exit_code_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    folder = tmp_path / "instance"
    flask(folder, "init")
    assert flask(folder, *arguments).exit_code == 2


def test_the_shipped_boundaries_pass(tmp_path: Path) -> None:
    done = flask(tmp_path, "districts", "check")
    assert (done.exit_code, done.stdout) == (0, "界线检查：没有问题。\n")


def test_every_command_explains_itself(tmp_path: Path) -> None:
    for arguments in (
        ("init",),
        ("serve",),
        ("demo", "load"),
        ("demo", "purge"),
        ("import", "projects"),
        ("export", "projects"),
        ("districts", "check"),
        ("audit", "verify"),
        ("audit", "export"),
        ("backup",),
        ("restore",),
    ):
        done = flask(tmp_path, *arguments, "--help")
        assert done.exit_code == 0
        assert any("\u4e00" <= char <= "\u9fff" for char in done.stdout)

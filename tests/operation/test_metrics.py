"""Folders with the figures of servers that have gone do not gather in the data directory."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from registry.views.web.operation.metrics import FOLDER, share_figures


def test_a_start_removes_the_figures_of_servers_that_have_gone_and_of_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, "")
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    for name in (f"metrics-{gone.pid}", f"metrics-{os.getppid()}", f"metrics-{os.getpid()}", "metrics-of-mine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "counter.db").write_bytes(b"1")
    share_figures(tmp_path)
    own = tmp_path / f"metrics-{os.getpid()}"
    assert os.environ[FOLDER] == str(own)
    assert {path.name: len(list(path.iterdir())) for path in tmp_path.iterdir()} == {
        own.name: 0,
        f"metrics-{os.getppid()}": 1,
        "metrics-of-mine": 1,
    }

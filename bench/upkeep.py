"""What an operator waits for: a backup, its restore and the doctor, each as the command that he runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from bench.table import show

ROOT = Path(__file__).resolve().parents[1]


def show_upkeep(projects: int, data_dir: Path) -> None:
    """Print how long each takes; the stock keeps all rules, so the doctor must find nothing."""
    archive, other = Path(f"{data_dir}.backup"), Path(f"{data_dir}-restored")
    backup, _said = _timed(data_dir, "backup", str(archive))
    doctor, found = _timed(data_dir, "doctor")
    restore, said = _timed(other, "restore", str(archive))
    rows = [
        ("备份", f"{backup:.1f} s", f"{archive.stat().st_size / 1e6:.1f} MB"),
        ("体检", f"{doctor:.1f} s", found.split("\n")[-1]),
        ("恢复，连同校验和体检", f"{restore:.1f} s", said.split("\n")[-1]),
    ]
    show(f"{projects} 个项目：运维命令（含启动程序）", ("", "用时", ""), rows)


def _timed(data_dir: Path, *command: str) -> tuple[float, str]:
    """Seconds, and what the command said."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *command],
        cwd=ROOT,
        env=os.environ | {"REGISTRY_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    taken = time.perf_counter() - began
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stdout[-300:]} {done.stderr[-300:]}")
    return taken, done.stdout.strip()

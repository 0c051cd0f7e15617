"""The core of the suite on a primary with a standby and an object store: `python -m tests.deploy core [TESTS …]`."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack

from tests.faults.cluster import primary, standby_of
from tests.faults.files import object_store
from tests.grown import PRIMARY, STANDBY, STORE
from tests.served import ROOT

CORE = (
    "tests/applications/test_steps.py",
    "tests/accounts/test_sign_in.py",
    "tests/record/test_freshness.py",
    "tests/review/test_case.py",
    "tests/uploads",
    "tests/workflow/test_steps.py",
)
"""Files kept and read, people signed in, pages that are never old, an application through its states."""


def core(tests: list[str]) -> int:
    """Run tests on PostgreSQL against all three; the exit code of pytest."""
    with ExitStack() as stack:
        server = stack.enter_context(primary(connections=200))
        standby = standby_of(server)
        store = stack.enter_context(object_store())
        known = {PRIMARY: str(server.port), STANDBY: str(standby.port), STORE: store.partition("endpoint=")[2]}
        print(f"primary {server.port}, standby {standby.port}, object store {known[STORE]}", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "postgresql"]
        return subprocess.run([*command, *(tests or CORE)], cwd=ROOT, env=os.environ | known, check=False).returncode

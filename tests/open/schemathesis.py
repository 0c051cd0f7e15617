"""`python -m tests.open.schemathesis [EXAMPLES]` asks both descriptions' operations as a stranger would: 300 examples each.

What the schema cannot say may be refused: the order inside of a box or between two years, characters that nobody
has assigned, the form of a moment. What the standard takes may be more than the schema says: a limit above the
greatest is cut.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from registry.queries.open.operations import OPERATIONS
from tests.conftest import initialise, load_stock
from tests.served import flask_serve

DESCRIPTIONS = ("/api/openapi.json", "/ogc/api")
ITEMS = ("/collections/projects/items", "/collections/divisions/items")
UNSAID = frozenset(("bbox", "q", "year_from"))
"""Parameters whose schema says less than the rule."""

SETTINGS = """
seed = 17
generation.max-examples = {examples}
generation.deterministic = true
checks.positive_data_acceptance.expected-statuses = [200, 301, 304, 404]

[[operations]]
include-path = {refusing}
checks.positive_data_acceptance.expected-statuses = [200, 304, 400]

[[operations]]
include-path = {items}
checks.positive_data_acceptance.expected-statuses = [200, 304, 400]
checks.negative_data_rejection.expected-statuses = [200, 400]
"""


def settings(examples: int) -> str:
    """What the library is told: which operations may refuse what their schema takes."""
    refusing = [operation.path for operation in OPERATIONS if UNSAID & set(operation.parameters)]
    return SETTINGS.format(examples=examples, refusing=refusing, items=list(ITEMS))


def ask(
    folder: Path, url: str, examples: int, *, leave_out: str = "", is_shown: bool = False
) -> subprocess.CompletedProcess[str]:
    """One description through the command of the library; `is_shown` lets it speak while it works."""
    (folder / "schemathesis.toml").write_text(settings(examples), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", url, "--phases", "examples,coverage,fuzzing"]
    command += ["--exclude-path-regex", leave_out] if leave_out else []
    command += ["--continue-on-failure", "--no-color"] if is_shown else []
    return subprocess.run(
        command,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=not is_shown,
        text=True,
        check=False,
    )


def main(examples: int) -> int:
    """Serve the demo stock and ask."""
    with tempfile.TemporaryDirectory() as name:
        return served_and_asked(Path(name), examples)


def served_and_asked(folder: Path, examples: int) -> int:
    """Both descriptions one after another on a server of its own."""
    failed = 0
    initialise(f"sqlite:///{folder}/registry.db")
    load_stock(f"sqlite:///{folder}/registry.db")
    # A folder of data without its secret is one that nobody has set up.
    (folder / "secret.key").write_text("k" * 32)
    with flask_serve(folder, {}) as served:
        for path in DESCRIPTIONS:
            began = time.monotonic()
            found = ask(folder, f"http://{served.host}:{served.port}{path}", examples, is_shown=True)
            print(f"{path}: {time.monotonic() - began:.0f} s", flush=True)
            failed |= found.returncode
    return failed


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))

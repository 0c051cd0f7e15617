"""`python -m tests.open.schemathesis [EXAMPLES]` asks both descriptions' operations as a stranger would: 300 examples each.

What the schema cannot say may be refused: the order inside of a box or between two years, characters that nobody
has assigned. What the standard takes may be more than the schema says: a limit above the greatest is cut.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import initialise, load_stock
from tests.served import flask_serve

SETTINGS = """
seed = 17
generation.max-examples = {examples}
generation.deterministic = true
checks.positive_data_acceptance.expected-statuses = [200, 301, 304, 400, 404]

[[operations]]
include-path = ["/collections/projects/items", "/collections/divisions/items"]
checks.negative_data_rejection.expected-statuses = [200, 400]
"""


def ask(folder: Path, url: str, examples: int, leave_out: str = "") -> subprocess.CompletedProcess[str]:
    """One description through the command of the library."""
    (folder / "schemathesis.toml").write_text(SETTINGS.format(examples=examples), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", url, "--phases", "examples,coverage,fuzzing"]
    command += ["--exclude-path-regex", leave_out] if leave_out else []
    return subprocess.run(
        command,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def main(examples: int) -> int:
    """Serve the demo stock and ask."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        initialise(f"sqlite:///{folder}/registry.db")
        load_stock(f"sqlite:///{folder}/registry.db")
        failed = 0
        with flask_serve(folder, {}) as served:
            for path in ("/api/openapi.json", "/ogc/api"):
                found = ask(folder, f"http://{served.host}:{served.port}{path}", examples)
                sys.stdout.write(found.stdout)
                sys.stderr.write(found.stderr)
                failed |= found.returncode
        shutil.rmtree(folder / ".schemathesis", ignore_errors=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))

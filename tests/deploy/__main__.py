"""`python -m tests.deploy check` asks nginx and systemd about deploy/, `core` runs the core of the suite on a primary with
a standby and an object store; without a word the instructions are followed and the site is tried."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.deploy.core import core
from tests.deploy.files import faults
from tests.deploy.walk import walk


def main(words: list[str]) -> int:
    """0 when nothing is wrong."""
    if words[:1] == ["core"]:
        return core(words[1:])
    with tempfile.TemporaryDirectory(prefix="registry-deploy-") as folder:
        said = faults(Path(folder))
    for line in said:
        print(line)
    print(f"deploy: {len(said)} faults")
    if not said and words != ["check"]:
        walk()
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

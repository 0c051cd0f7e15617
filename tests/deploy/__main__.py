"""`python -m tests.deploy check` asks nginx and systemd about deploy/; without a word the site is tried as well."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.deploy.files import faults
from tests.deploy.walk import walk


def main(words: list[str]) -> int:
    """0 when nothing is wrong."""
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

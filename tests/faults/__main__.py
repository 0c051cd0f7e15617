"""`python -m tests.faults [NAME …]` does what the names say, without names everything; exit code 1 when something
was lost or wrong."""

from __future__ import annotations

import subprocess
import sys

from tests.faults import around, databases, server, soak
from tests.faults.report import Result

SCENARIOS = {**server.SCENARIOS, **databases.SCENARIOS, **around.SCENARIOS}


def main(names: list[str]) -> int:
    """Run the scenarios in turn."""
    if names[:1] == ["soak"]:
        return soak.main()
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        print(f"unknown: {unknown}; there are {list(SCENARIOS)}")
        return 2
    bad = 0
    for name in names or SCENARIOS:
        try:
            for result in SCENARIOS[name]():
                print(result.line(), flush=True)
                bad += result.lost + result.wrong
        except (AssertionError, subprocess.SubprocessError) as error:
            bad += 1
            print(Result(name, 0, 0, 1, f"did not run: {error}").line(), flush=True)
    print(f"faults: {bad} lost or wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

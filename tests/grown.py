"""Tests on an installation that has grown: a PostgreSQL with a standby, and an object store, which somebody else started.

`python -m tests.deploy core` starts all three and names them in the environment. Then every application of a test on
PostgreSQL reads its public pages from the standby and keeps its files in the store; nothing else about a test changes.
"""

from __future__ import annotations

import os
from itertools import count

PRIMARY, STANDBY, STORE = "REGISTRY_TEST_PRIMARY", "REGISTRY_TEST_STANDBY", "REGISTRY_TEST_STORE"
"""Ports of both databases on loopback, and the address of the object store."""
KEY, SECRET = "key-of-tests", "secret-of-tests"
_prefixes = count(1)


def grown_settings(url: str) -> dict[str, object]:
    """What the settings of an application on this database are besides, here; nothing without a standby."""
    primary, standby = (f"127.0.0.1:{os.environ.get(name, '')}/" for name in (PRIMARY, STANDBY))
    if STANDBY not in os.environ or primary not in url:
        return {}
    prefix = f"{os.getpid()}-{next(_prefixes)}"
    return {
        "database_read_url": url.replace(primary, standby),
        "storage_url": f"s3://bucket/{prefix}?endpoint={os.environ[STORE]}",
        "storage_key": KEY,
        "storage_secret": SECRET,
    }

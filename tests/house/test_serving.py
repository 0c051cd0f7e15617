"""The test server ends cleanly, also with open connections and a request under way."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from flask import Flask

from tests.serving import serving

DESCRIPTORS = Path("/proc/self/fd")


@pytest.mark.parametrize("repeat", range(3))
def test_a_server_leaves_no_thread_and_no_descriptor(repeat: int) -> None:
    app = Flask(__name__)
    app.add_url_rule("/", "quick", lambda: "quick")
    app.add_url_rule("/slow", "slow", lambda: (time.sleep(0.3), "slow")[1])

    def ask(host: str, path: str) -> bytes:
        connection = HTTPConnection(host)
        try:
            connection.request("GET", path)
            return connection.getresponse().read()
        finally:
            connection.close()

    def ask_in_vain(host: str) -> None:
        # Whether this answer still arrives is not promised.
        with suppress(OSError, HTTPException):
            ask(host, "/slow")

    threads = set(threading.enumerate())
    files = len(os.listdir(DESCRIPTORS)) if DESCRIPTORS.is_dir() else None
    with serving(app) as address:
        host = address.removeprefix("http://")
        name, port = host.split(":")
        idle = [socket.create_connection((name, int(port))) for _ in range(5)]
        assert ask(host, "/") == b"quick"
        under_way = threading.Thread(target=ask_in_vain, args=(host,))
        under_way.start()
        time.sleep(0.1)
    for connection in idle:
        connection.close()
    under_way.join(5)
    assert set(threading.enumerate()) <= threads
    if files is not None:
        assert len(os.listdir(DESCRIPTORS)) == files

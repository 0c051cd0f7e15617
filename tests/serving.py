"""A real server on a free loopback port that is surely gone when its block ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

PATIENCE = 30
"""Seconds that a request may still take when the server is told to stop."""


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """Address of an application under waitress; ends with no thread, socket or pipe left. `port` is for a server
    that comes back where it was.

    The order matters. Workers wake the loop by writing into its pipe, so they stop first: a late one
    would write into whatever file got the number of the closed pipe. Then the loop closes its own
    sockets between two polls, so it never waits on one that is closed, and runs out of sockets.
    """
    # `poll` because `select` refuses descriptors from 1024 on, which a long test run can reach.
    server = create_server(app, host="127.0.0.1", port=port, threads=4, asyncore_use_poll=True)
    sockets = server._map
    loop = threading.Thread(target=server.run, name="test-server", daemon=True)
    loop.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown(timeout=PATIENCE)
        assert not server.task_dispatcher.threads, "a request never ended"
        told = threading.Event()

        def end() -> None:
            # An earlier call may have woken the loop: it waits until this one has been written into the pipe.
            told.wait(PATIENCE)
            wasyncore.close_all(sockets)

        server.trigger.pull_trigger(end)
        told.set()
        loop.join(timeout=PATIENCE)
        assert not loop.is_alive(), "the server did not end"

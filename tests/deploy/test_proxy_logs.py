"""What the shipped nginx writes down of a request that it cannot hand on."""

from __future__ import annotations

import ssl
import subprocess
from http.client import HTTPSConnection
from pathlib import Path
from socket import create_connection
from time import monotonic, sleep

import pytest

from tests.deploy.files import NAME, nginx_conf
from tests.served import free_port


@pytest.mark.slow
def test_no_log_of_the_proxy_holds_a_secret_address_or_who_objects(tmp_path: Path) -> None:
    """The application is away, which nginx would tell in its error log with the whole address and the visitor."""
    port = free_port("127.0.0.1")
    conf = nginx_conf(tmp_path, socket=tmp_path / "away.sock", plain_port=free_port("127.0.0.1"), tls_port=port)
    server = subprocess.Popen(["nginx", "-c", str(conf), "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    try:
        context = ssl.create_default_context(cafile=tmp_path / "tls" / "fullchain.pem")
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for path, length in (("/reset/s3cret", 0), ("/objections/s3cret", 0), ("/objections/s3cret", 40 * 2**20)):
            assert status(port, context, path, length) == (413 if length else 503)
    finally:
        server.terminate()
        server.wait(10)
    logs = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.log")}
    assert logs["registry.log"].count(" 503 ") == 2
    assert logs["registry.log"].count(" 413 ") == 1
    assert {name for name, text in logs.items() if "s3cret" in text} == set()
    assert logs["registry.log"].count("127.0.0.1") == 1, "the visitor of the reset alone"
    assert "127.0.0.1" not in logs["registry-error.log"]


def status(port: int, context: ssl.SSLContext, path: str, length: int) -> int:
    """What nginx answers to a form of this length."""
    end = monotonic() + 10
    while True:
        try:
            connection = HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
            connection.sock = context.wrap_socket(create_connection(("127.0.0.1", port)), server_hostname=NAME)
            break
        except ConnectionRefusedError:
            assert monotonic() < end
            sleep(0.05)
    connection.putrequest("POST", path, skip_host=True)
    connection.putheader("Host", NAME)
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    found = connection.getresponse().status
    connection.close()
    return found

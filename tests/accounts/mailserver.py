"""A mail server on the loopback for tests: it takes letters, refuses some, or falls silent."""

from __future__ import annotations

import email
import email.policy
import re
import socketserver
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Received:
    """A letter that arrived."""

    to: str
    subject: str
    body: str
    headers: str


class _Conversation(socketserver.StreamRequestHandler):
    server: _Listener

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        if self.server.owner.silent:
            time.sleep(self.server.owner.silent)
            return
        time.sleep(self.server.owner.slow)
        self.say("220 test")
        to = ""
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                self._receive(to)
            elif verb == "RCPT":
                to = line.split("<")[1].split(">")[0]
                self.say("550 no such person" if to in self.server.owner.refused else "250 ok")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def _receive(self, to: str) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        source = b"".join(lines)
        letter = email.message_from_bytes(source, policy=email.policy.default)
        body = letter.get_body()
        text = body.get_content() if body else ""
        self.server.owner.letters.append(
            Received(to, str(letter["Subject"]), text, source.decode().split("\r\n\r\n")[0])
        )
        self.say("250 taken")


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    owner: MailServer


class MailServer:
    """Listens until `close`, on a free port or where it was before."""

    def __init__(self, port: int = 0) -> None:
        self.letters: list[Received] = []
        self.refused: set[str] = set()
        self.silent = self.slow = 0.0
        self._listener = _Listener(("127.0.0.1", port), _Conversation)
        self._listener.owner = self
        self.port = self._listener.server_address[1]
        self._thread = threading.Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        """For `REGISTRY_MAIL_URL`."""
        return f"smtp://127.0.0.1:{self.port}/?from=registry@example.com"

    def link(self, to: str) -> str:
        """The path of the link in the last letter to an address, below the public address of the site."""
        letter = next(each for each in reversed(self.letters) if each.to == to)
        found = re.search(r"https://site\.example(?:/smart)?(/\S+)", letter.body)
        assert found is not None, letter.body
        return found[1]

    def close(self) -> None:
        """End it."""
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join(10)

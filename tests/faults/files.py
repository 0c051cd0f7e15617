"""Files over the wire: an object store on loopback, and an applicant who signs in and sends a file to the site."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import boto3
from moto.server import ThreadedMotoServer
from sqlalchemy import create_engine, text

from registry import kpi_definitions, reference
from registry.db import make_engine, writers
from registry.terms import Role
from tests import applicants, people
from tests.faults.traffic import Person
from tests.grown import KEY, SECRET
from tests.served import Answer, free_port
from tests.uploads.samples import picture


@contextmanager
def object_store() -> Iterator[str]:
    """The address of an empty prefix in a running store."""
    port = free_port("127.0.0.1")
    server = store_at(port)
    try:
        yield new_bucket(port)
    finally:
        server.stop()


def store_at(port: int) -> ThreadedMotoServer:
    """A running object store; one that comes back at its port has what it had."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    return server


def new_bucket(port: int) -> str:
    """The address of a prefix in a new bucket, for `REGISTRY_STORAGE_URL`."""
    place = f"http://127.0.0.1:{port}"
    client = boto3.client("s3", endpoint_url=place, region_name="us-east-1", aws_access_key_id=KEY,
                          aws_secret_access_key=SECRET)  # fmt: skip
    client.create_bucket(Bucket="bucket")
    return f"s3://bucket/registry?endpoint={place}"


def applicant(url: str) -> tuple[str, str]:
    """A filled draft in a database: the address of its clerk, and the path of its files."""
    # An application of an earlier fault has left its source of definitions behind, or there was none yet.
    kpi_definitions.use(reference.kpis_by_code)
    engine = make_engine(url)
    with writers(engine)() as session:
        firm = people.enterprise(session)
        clerk = people.make_account(session, Role.ENTERPRISE, enterprise=firm, is_owner=True, known_password=True)
        call = applicants.open_call(session)
        who = applicants.cast(session)
        who.clerk = people.actor_of(clerk)
        application = applicants.drafted(session, call, who)
        found = clerk.email, f"/enterprise/applications/{application.id}/files"
        session.commit()
    engine.dispose()
    return found


def signed_in(person: Person, email: str) -> str:
    """Sign in; returns the token of the forms from then on."""
    fields = {"csrf_token": _token(person.ask("/sign-in")), "email": email, "password": people.PASSWORD}
    entered = person.ask("/sign-in", body=urlencode(fields))
    assert entered.status == 302, entered.body[:300]
    return _token(person.ask("/account"))


def upload(person: Person, path: str, token: str, caption: str) -> Answer:
    """Send a photo with a caption."""
    edge = "edge-of-a-part"
    fields = {"csrf_token": token, "kind": "photo", "caption": caption}
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = 'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg'
    body = "".join([*parts, f"--{edge}\r\n{head}\r\n\r\n"]).encode() + picture() + f"\r\n--{edge}--\r\n".encode()
    return person.ask(path, body=body, kind=f"multipart/form-data; boundary={edge}")


def sent_files(url: str) -> list[tuple[str, int]]:
    """Captions and numbers of the applicants' files that have a row, in their order."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT caption, id FROM attachment ORDER BY id")).all()
    engine.dispose()
    return [(str(caption), int(number)) for caption, number in rows]


def _token(page: Answer) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.body)
    assert found, page.body[:300]
    return found[1]

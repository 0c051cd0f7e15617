"""A folder and a bucket of an S3 server on the loopback: what holds for one holds for the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from registry.storage import Bucket, Folder, Storage
from tests.grown import KEY, SECRET

_numbers = count(1)


@pytest.fixture(scope="session")
def object_store() -> Iterator[str]:
    """The address of an S3 server."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def new_bucket(object_store: str) -> str:
    """The address of a prefix in a bucket that nobody has used."""
    import boto3

    name = f"bucket-{next(_numbers)}"
    client = boto3.client(
        "s3", endpoint_url=object_store, region_name="us-east-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET
    )
    client.create_bucket(Bucket=name)
    return f"s3://{name}/registry?endpoint={object_store}"


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.slow)])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty storage of each kind."""
    if request.param == "folder":
        (tmp_path / "files").mkdir()
        return Folder(tmp_path / "files")
    return Bucket(new_bucket(request.getfixturevalue("object_store")), KEY, SECRET)

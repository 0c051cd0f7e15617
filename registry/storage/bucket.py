"""Files in a bucket of an S3-compatible store, by obstore: `s3://bucket/prefix?endpoint=https://…&region=…`."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from typing import IO, TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from registry.errors import OperatorError
from registry.storage.shape import NOT_READ, NOT_SAVED, Held, StorageAway, require_name
from registry.wording import Message

if TYPE_CHECKING:
    from obstore.store import S3Store

CONNECT, IN_ALL = "3s", "30s"
"""How long a store may take to be reached, and to answer."""
_PROBE = "00/probe"
_logger = logging.getLogger(__name__)


class Bucket:
    """A bucket, or the part of one under a prefix; only this program writes there."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        self._url, self._key, self._secret = url, key, secret

    def put(self, name: str, content: IO[bytes]) -> None:
        """Write an object that is not there yet."""
        import obstore

        with _answering(NOT_SAVED):
            obstore.put(self._store, require_name(name), content.read(), mode="create", use_multipart=False)

    def open(self, name: str) -> IO[bytes]:
        """The whole object in memory: files have 20 MiB at most."""
        import obstore

        with _answering(NOT_READ):
            return io.BytesIO(obstore.get(self._store, require_name(name)).bytes().to_bytes())

    def delete(self, name: str) -> None:
        """Take an object away."""
        import obstore

        with _answering(NOT_READ):
            try:
                obstore.delete(self._store, require_name(name))
            except FileNotFoundError:
                return

    def names(self) -> Iterator[Held]:
        """All objects under the prefix, a thousand an answer."""
        import obstore

        with _answering(NOT_READ):
            for portion in obstore.list(self._store):
                for found in portion:
                    yield Held(found["path"], found["size"], found["last_modified"])

    def check(self) -> None:
        """Whether the store answers; an object that is not there is answer enough."""
        import obstore

        with _answering(NOT_READ):
            try:
                obstore.head(self._store, _PROBE)
            except FileNotFoundError:
                return

    @cached_property
    def _store(self) -> S3Store:
        try:
            from obstore.store import S3Store
        except ImportError:
            raise OperatorError(Message("缺少 obstore，请安装 requirements-server.txt。")) from None
        parts = urlsplit(self._url)
        given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return S3Store(
            parts.hostname or "",
            prefix=parts.path.strip("/") or None,
            endpoint=given.get("endpoint"),
            region=given.get("region", "us-east-1"),
            access_key_id=self._key,
            secret_access_key=self._secret,
            virtual_hosted_style_request=False,
            client_options={"timeout": IN_ALL, "connect_timeout": CONNECT, "allow_http": True},
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
        )


@contextmanager
def _answering(sentence: Message) -> Iterator[None]:
    """Say of whatever goes wrong with the store that it is away; one line tells the operator what it was."""
    from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError

    try:
        yield
    except (AlreadyExistsError, FileExistsError) as error:
        raise FileExistsError from error
    except (NotFoundError, FileNotFoundError) as error:
        raise FileNotFoundError from error
    except (BaseError, OSError) as error:
        _logger.warning("object store: %s", str(error).partition("\n")[0][:300])
        raise StorageAway(sentence) from error

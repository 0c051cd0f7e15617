"""The bytes of files, in a folder or in an object store; nothing else knows where they lie.

A file is put under a name that nobody has used, never changed, and deleted when no row names it any more. Which of
the two is used is a setting (`REGISTRY_STORAGE_URL`); names and contents are the same in both, so that a backup of
one goes into the other.
"""

from __future__ import annotations

from pathlib import Path

from registry.storage.bucket import Bucket
from registry.storage.folder import Folder
from registry.storage.shape import Held, Storage, StorageAway, require_name


def storage_at(url: str, key: str, secret: str, folder: Path) -> Storage:
    """The object store of an `s3://` address, or the folder where none is set."""
    return Bucket(url, key, secret) if url else Folder(folder)


__all__ = ["Bucket", "Folder", "Held", "Storage", "StorageAway", "require_name", "storage_at"]

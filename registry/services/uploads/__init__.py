"""Files that people send: what they may be, found out by decoding them, and where they lie.

`examine` accepts PDF, pictures (JPEG, PNG, WebP; written anew, so that nothing but the picture is
kept) and office documents (xlsx, docx) and says in a sentence why anything else is refused.
`store` puts the bytes under a generated name into the storage of files (`registry/storage`).
"""

from registry.services.uploads.examining import Examined, accepted, accepted_words, examine
from registry.services.uploads.formats import MAX_BYTES
from registry.services.uploads.names import shown_name
from registry.services.uploads.pending import discard_when_committed, take_back_unless_committed
from registry.services.uploads.pictures import PREVIEW_TYPE
from registry.services.uploads.storing import Orphans, StoredFile, discard, orphans, store, stored_file, sweep

__all__ = [
    "MAX_BYTES",
    "PREVIEW_TYPE",
    "Examined",
    "Orphans",
    "StoredFile",
    "accepted",
    "accepted_words",
    "discard",
    "discard_when_committed",
    "examine",
    "orphans",
    "shown_name",
    "store",
    "stored_file",
    "sweep",
    "take_back_unless_committed",
]

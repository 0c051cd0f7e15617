"""Files that people send: what they may be, found out by decoding them, and where they lie.

`examine` accepts PDF, pictures (JPEG, PNG, WebP; written anew, so that nothing but the picture is
kept) and office documents (xlsx, docx) and says in a sentence why anything else is refused.
`store` puts the bytes under a generated name below DATA_DIR/files.
"""

from registry.services.uploads.examining import Examined, accepted, accepted_words, examine
from registry.services.uploads.formats import MAX_BYTES
from registry.services.uploads.names import shown_name
from registry.services.uploads.pending import discard_when_committed, take_back_unless_committed
from registry.services.uploads.pictures import PREVIEW_TYPE, preview
from registry.services.uploads.storing import Orphans, discard, orphans, path_of, store

__all__ = [
    "MAX_BYTES",
    "PREVIEW_TYPE",
    "Examined",
    "Orphans",
    "accepted",
    "accepted_words",
    "discard",
    "discard_when_committed",
    "examine",
    "orphans",
    "path_of",
    "preview",
    "shown_name",
    "store",
    "take_back_unless_committed",
]

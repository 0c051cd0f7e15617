"""The summary paragraph: the figures of a scope in the order and with the verbs of public documents.

Each piece carries the list behind its figure, so that a page can link it; the plain text is the pieces joined, without
blanks round Chinese figures. Chinese and English are written separately, not translated word by word. A figure that
is withheld is left out, never guessed, and a sentence whose figures not all projects have says how many they are made
of.
"""

from __future__ import annotations

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.statistics.paragraph_en import english
from registry.queries.statistics.paragraph_zh import chinese
from registry.queries.statistics.sentences import Piece
from registry.queries.statistics.summary import Summary


def pieces(found: Summary, lists: CodeLists, language: str = "zh") -> list[Piece]:
    """The paragraph of a scope in `zh` or `en`."""
    return [piece for piece in (english if language == "en" else chinese)(found, lists) if piece.text]


def text(found: list[Piece]) -> str:
    """The paragraph as plain text."""
    return "".join(piece.text for piece in found)

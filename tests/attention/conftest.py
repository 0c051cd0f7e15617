"""The desk of the review tests, for pages of what needs a hand."""

from tests.review.conftest import desk

__all__ = ["desk"]

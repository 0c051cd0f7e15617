"""What all applications of a test process share. Each test builds an application of its own, and most of the time
that takes goes into compiling the same templates and the same addresses again.

Their templates are strict as well: a name that a page does not get is a fault on the day when the page asks for it.
It is set here because tests make applications in several places, and one that was left out would hide such faults."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache, StrictUndefined
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class SharedTemplates(BytecodeCache):
    """Keeps the code of templates by name and content, so that a changed template is compiled anew."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code that is kept."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code."""
        assert bucket.code is not None
        self.kept[bucket.key, bucket.checksum] = bucket.code


class SharedRule(Rule):
    """A rule of the route table whose builder of addresses is compiled once.

    The builder depends on the parts of the rule alone: Werkzeug binds it to the rule whose converters it asks.
    """

    builders: ClassVar[dict[Any, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        key = (tuple(self._trace), append_unknown)
        if key not in self.builders:
            self.builders[key] = super()._compile_builder(append_unknown)
        return self.builders[key]


def share_between_applications() -> None:
    """From now on an application of this process compiles only what none has compiled before."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": SharedTemplates(), "undefined": StrictUndefined}
    Flask.url_rule_class = SharedRule

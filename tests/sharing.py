"""What all applications of a test process share. Each test builds an application of its own, and most of the time
that takes goes into compiling the same templates and the same addresses again.

Their templates are strict as well: a name that a page does not get is a fault on the day when the page asks for it.
It is set here because tests make applications in several places, and one that was left out would hide such faults."""

from __future__ import annotations

from types import CodeType, MethodType
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache, StrictUndefined
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
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
    """A rule of the route table that is compiled once, however many applications have it.

    What it is compiled into depends on what stands in the key alone, and is not changed afterwards. Werkzeug binds
    the builders of addresses to the rule whose map they ask.
    """

    compiled: ClassVar[dict[Any, Rule]] = {}

    def compile(self) -> None:
        """Compile the rule, unless an equal one has been compiled."""
        table, written = self.map, (self.rule, self.subdomain, self.host, self.merge_slashes)
        defaults, converters = frozenset((self.defaults or {}).items()), frozenset(table.converters.items())
        made = self.compiled.get(key := (*written, table.host_matching, defaults, converters))
        if made is None:
            super().compile()
            self.compiled[key] = self
            return
        self._parts, self._trace, self._converters = made._parts, made._trace, made._converters
        self.arguments = made.arguments
        self._build, self._build_unknown = (
            MethodType(built.__func__, self)  # type: ignore[attr-defined]
            for built in (made._build, made._build_unknown)
        )


STATEMENTS: LRUCache[Any, Any] = LRUCache(5_000)
"""The text of statements by database, as an engine keeps it that serves for days."""


def _share_statements() -> None:
    Engine._compiled_cache = property(lambda _engine: STATEMENTS, lambda _engine, _own: None)  # type: ignore[assignment]
    # The statements that a mapper writes rows with are kept by dialect as well, of which each engine has its own.
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        kind.__hash__ = lambda self: hash(type(self))  # type: ignore[assignment]
        kind.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[assignment]


def share_between_applications() -> None:
    """From now on an application of this process compiles only what none has compiled before."""
    _share_statements()
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": SharedTemplates(), "undefined": StrictUndefined}
    Flask.url_rule_class = SharedRule

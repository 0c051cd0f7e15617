"""What a request needs: settings, sessions, the catalogue, the actor, the language."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar, cast
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from registry import kpi_definitions
from registry.config import Settings, Site
from registry.db import Limits, make_engine, readers, reading, writers
from registry.errors import BadParameter, NotAllowed, NotFound
from registry.i18n import language, speak
from registry.kpi_definitions import Definitions
from registry.permissions import PUBLIC, Actor, Permission
from registry.queries.catalogue.code_lists import load_kpi_definitions
from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.current import Catalogues
from registry.queries.catalogue.filters import COMMON, LANGUAGES, Filters, parse
from registry.queries.catalogue.kept import ColumnFiles
from registry.reference.city import City
from registry.reference.tables import CityError
from registry.services.events import Origin, serve, shortened
from registry.storage import storage_at
from registry.views.web.operation.made_files import MadeFiles
from registry.views.web.operation.metrics import Metrics
from registry.views.web.operation.outages import outage
from registry.views.web.operation.replica import Replica
from registry.views.web.shelf import Shelf
from registry.wording import Message

View = TypeVar("View", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass
class Runtime:
    """The long-lived parts of one application."""

    settings: Settings
    engine: Engine = field(init=False)
    catalogues: Catalogues = field(init=False)
    shelf: Shelf = field(default_factory=Shelf)
    made_files: MadeFiles = field(init=False)
    metrics: Metrics | None = None
    replica: Replica | None = None

    def __post_init__(self) -> None:
        self.catalogues = Catalogues(ColumnFiles(self.settings.data_dir / "cache"))
        self.made_files = MadeFiles(self.settings.exports_at_once)
        self.city = City(self.settings.city_dir)
        self.limits = Limits(pool=self.settings.database_pool, pooler=self.settings.database_pooler)
        engine_of = partial(make_engine, city=self.city, limits=self.limits, keys=self.settings.keys)
        self.engine = engine_of(self.settings.database)
        self.reading = reading(self.engine)
        self.read = readers(self.engine)
        if self.settings.metrics:
            self.metrics = Metrics()
        if self.settings.database_read_url:
            self.replica = Replica(self.engine, engine_of(self.settings.database_read_url), self.read)
        self._writers = writers(self.engine)
        self.files = storage_at(
            self.settings.storage_url,
            self.settings.storage_key,
            self.settings.storage_secret,
            self.settings.data_dir / "files",
        )
        self._own = Origin(f"run-{secrets.token_hex(8)}")

    def kpi_definitions(self) -> Definitions:
        """The KPI definitions in force: those of the record that a request reads, elsewhere from the database."""
        if has_request_context():
            return catalogue().lists.kpis
        with self.read() as reading:
            return load_kpi_definitions(reading)

    @property
    def site(self) -> Site:
        """The footer lines in force; the owner is the city's where no setting says otherwise."""
        site = self.settings.site
        if site.owner:
            return site
        try:
            facts = self.city.facts
            return replace(site, owner=facts.owner, owner_en=site.owner_en or facts.owner_en)
        except CityError:
            # The page that reports a faulty folder must not fail on it a second time.
            return site

    def hurry(self, is_hurried: bool) -> None:
        """Limit the time of statements from now on, as a server does, or remove the limit."""
        if self.limits.is_hurried != is_hurried:
            self.limits.is_hurried = is_hurried
            self.engine.dispose()
            if self.replica is not None:
                self.replica.standby.dispose()

    @property
    def known_names(self) -> tuple[str, ...]:
        """What everybody knows of this site and its city, and tries first as a password."""
        site = self.site
        return (site.name, site.name_en, site.owner, site.operator, *self.city.common_words)

    def write(self) -> Session:
        """A session that writes. Its events name the request, whichever view opened it; what a command or a thread
        of the server does names its own run."""
        return serve(self._writers(), _origin() if has_request_context() else self._own)


def runtime() -> Runtime:
    """The runtime of the current application."""
    return cast(Runtime, current_app.extensions["registry"])


def request_id() -> str:
    """The number of this request: on its error page, in its answer's header, in its events and in the log."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return cast(str, g.request_id)


def _origin() -> Origin:
    address = request.remote_addr or ""
    if runtime().settings.audit_addresses == "short":
        address = shortened(address)
    # What a proxy that is trusted hands on can be longer than any address.
    return Origin(request_id(), address[:45])


def policy(permission: Permission) -> Callable[[View], View]:
    """Declare what a view needs. A view without a policy answers 403 to everybody."""

    def mark(view: View) -> View:
        view.policy = permission  # type: ignore[attr-defined]
        return view

    return mark


def session() -> Session:
    """The session of this request: read-only for safe methods, a writer for the others."""
    if "session" not in g:
        parts = runtime()
        if parts.replica is not None and request.method in SAFE and g.get("permission") is Permission.PUBLIC_READ:
            g.session, g.data_as_of = parts.replica.open()
        else:
            g.session = parts.read() if request.method in SAFE else parts.write()
    return cast(Session, g.session)


def _committed() -> Session:
    """A session that sees what is committed: an unsafe request may yet be taken back, and what it has written
    until then is no state of the public record."""
    if request.method in SAFE:
        return session()
    if "reading" not in g:
        g.reading = runtime().read()
    return cast(Session, g.reading)


def let_go() -> None:
    """Give the connections of this request back to the pool before it waits or sends what is finished; only for
    requests that read. Whatever it reads afterwards shows the state of the record of that moment, the catalogue
    included."""
    for name in ("session", "reading"):
        opened = g.pop(name, None)
        if opened is not None:
            _close(opened)
    g.pop("catalogue", None)


def pause() -> None:
    """End the transaction of this request, which has written nothing yet, before it does what takes its time.

    An unsafe request holds the write lock of SQLite from its first question on: while it looked into a file of some
    seconds, nobody else could save anything. What it has read is read anew when it is needed again.
    """
    if "session" in g:
        g.session.rollback()


def actor() -> Actor:
    """Who makes this request."""
    return cast(Actor, g.get("actor", PUBLIC))


def hands_out() -> bool:
    """Whether this request carries its answer's content away: a HEAD reads nothing, so it leaves no event."""
    return request.method != "HEAD"


def catalogue() -> Catalogue:
    """The public record as this request sees it (one query)."""
    found: Catalogue | None = g.get("catalogue")
    if found is None:
        found = g.catalogue = runtime().catalogues.current(_committed())
    return found


def filters(*, strict: bool = False, known: tuple[str, ...] = COMMON) -> Filters:
    """The common filters of this request; raises BadParameter naming the malformed one."""
    return parse(request.args.to_dict(flat=False), catalogue().lists, strict=strict, known=known)


def require_text(query: bytes) -> None:
    """Refuse a query string whose escapes are not UTF-8 (Werkzeug would hand them on as escapes) or hold a NUL,
    which no text has and PostgreSQL does not take."""
    for pair in query.split(b"&"):
        name, _, value = pair.partition(b"=")
        try:
            if "\0" in unquote_to_bytes(value).decode():
                raise ValueError
        except ValueError:
            shown = unquote_to_bytes(name).decode(errors="replace")[:40]
            raise BadParameter(Message("参数 %(shown)s 含有不是文字的字节。", shown=shown), field=shown) from None


def _close(opened: Session) -> None:
    """Give a connection back. One that has died since cannot be told to forget its transaction, and need not."""
    try:
        opened.close()
    except SQLAlchemyError as error:
        opened.invalidate()
        if outage(error, writing=False) is None:
            raise


def after_commit(task: Callable[[], object]) -> None:
    """Do something that others notice (a letter, a thread that looks for work) once this request has committed.

    A request that is refused, or whose commit fails, does none of it: what was told would not be on record.
    """
    g.setdefault("after_commit", []).append(task)


def init_requests(app: Flask) -> None:
    """Install the request cycle: identity, language, policy, one commit for a successful unsafe request."""

    @app.before_request
    def begin() -> None:
        kpi_definitions.use(runtime().kpi_definitions)
        # The language first, so that every refusal is in it.
        speak("en" if request.args.get("lang") == "en" else "zh")
        require_text(request.query_string)
        if "\0" in request.path:
            # No address holds a NUL, and PostgreSQL does not take it as a text.
            raise NotFound(Message("这个地址没有内容，可能已经移动或输入有误。"))
        wanted = request.args.get("lang") or "zh"
        if wanted not in LANGUAGES:
            raise BadParameter(Message("参数 lang 可用 zh 或 en。"), field="lang")
        speak(wanted)
        view = app.view_functions.get(request.endpoint or "")
        if view is None:
            return
        permission = getattr(view, "policy", None)
        if permission is None:
            raise NotAllowed(Message("此页面没有声明访问规则。"))
        # `identity` compares it with the actor, after the form token was checked.
        g.permission = permission

    @app.after_request
    def commit(response: Response) -> Response:
        if request.method not in SAFE and response.status_code < 400:
            if "session" in g:
                g.session.commit()
            for task in g.pop("after_commit", ()):
                task()
        return response

    @app.teardown_request
    def close(error: BaseException | None) -> None:
        let_go()

    @app.url_defaults
    def carry_language(endpoint: str, values: dict[str, Any]) -> None:
        if language() != "zh" and endpoint != "static" and "lang" not in values:
            values["lang"] = language()

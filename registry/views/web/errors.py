"""Errors as a page or as `application/problem+json`; never more than a sentence and a request id."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, render_template, request, url_for
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, SecurityError

from registry.errors import BadParameter, Busy, RegistryError, TooManyAttempts
from registry.i18n import _, in_words
from registry.queries.catalogue.filters import COMMON
from registry.storage import StorageAway
from registry.views.web.addresses import site_url
from registry.views.web.carried import carried_page
from registry.views.web.json_answers import as_json
from registry.views.web.operation.log import is_logged, note
from registry.views.web.operation.outages import collision, outage, reason
from registry.views.web.runtime import SAFE, pause, request_id

PROGRAM_PREFIXES = ("/api/", "/ogc", "/map/")
STORAGE_SECONDS = 30
"""Until a place of files that does not answer is worth asking again."""
FILE_SUFFIXES = (".csv", ".xlsx", ".docx", ".geojson", ".gpkg", ".json", ".jsonld", ".xml")
CODES = {
    400: "bad_parameter",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    422: "invalid_input",
    429: "too_many_requests",
    503: "busy",
}
"""Status → code of a problem that no rule has named."""


def for_programs() -> bool:
    """Whether the asker is a program: API, OGC and files answer problem+json."""
    return request.path.startswith(PROGRAM_PREFIXES) or request.path.endswith(FILE_SUFFIXES)


def wants_data() -> bool:
    """Whether a script of a page asks, which reads no page."""
    return for_programs() or request.is_json or request.accept_mimetypes.best == "application/json"


def problem(
    status: int, title: str, detail: str, field: str | None = None, code: str = "", **further: object
) -> Response:
    """RFC 9457 answer; `errors` names the parameter or field, `further` are members of this problem alone. Its type is
    the place where `/api` explains the code."""
    code = code or CODES.get(status, "error")
    body: dict[str, object] = {
        "type": f"{site_url('open_page.page', lang=None)}#{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id(),
        **further,
    }
    if field:
        body["errors"] = [{"parameter": field, "row": None, "reason": detail}]
    return Response(as_json(body), status=status, mimetype="application/problem+json")


def init_errors(app: Flask) -> None:
    """Map the error tree and HTTP errors to answers."""

    @app.errorhandler(RegistryError)
    def known(error: RegistryError) -> Response:
        _log(error.status)
        return _known(error)

    def _known(error: RegistryError) -> Response:
        response = answer(error.status, error.message, error.field, error.code)
        if isinstance(error, Busy | TooManyAttempts):
            response.headers["Retry-After"] = str(error.seconds)
        return response

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.response is not None and error.code in (301, 302, 308):
            return error.response  # type: ignore[return-value]
        passing = _passing(error)
        if passing is not None:
            return passing
        _log(error.code or 500)
        sentence = _unknown_host() if isinstance(error, SecurityError) else _sentence(error.code or 500)
        response = answer(error.code or 500, sentence)
        for name, value in error.get_headers():
            if name in ("Allow", "Location", "Retry-After"):
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> Response:
        passing = _passing(error)
        if passing is not None:
            return passing
        app.logger.exception("request %s failed", request_id())
        return answer(500, _sentence(500))

    def _passing(error: Exception) -> Response | None:
        """The answer to an outage, or to two who wrote the same at once; one line in the log, and what was typed stands
        on the page."""
        found = outage(error, writing=request.method not in SAFE)
        if found is not None:
            return _out(found, reason(error))
        clash = collision(error)
        if clash is None:
            return None
        _log(clash.status, reason(error))
        # What the other one has written is read anew.
        pause()
        if request.method in SAFE or wants_data():
            return _known(clash)
        return carried_page(clash.status, detail=in_words(clash.message))

    @app.errorhandler(StorageAway)
    def storage_away(error: StorageAway) -> Response:
        return _out(Busy(error.message, seconds=STORAGE_SECONDS), error.code)

    def _out(found: Busy, why: str) -> Response:
        _log(found.status, why)
        # The page asks the database for nothing, which would only wait again.
        g.is_outage = True
        if request.method in SAFE or request_ctx.url_adapter is None or wants_data():
            return _known(found)
        page = carried_page(found.status, detail=in_words(found.message))
        page.headers["Retry-After"] = str(found.seconds)
        return page

    def _log(status: int, why: str = "") -> None:
        """One line for each number that an error page shows. The rule stands for the path, which may hold a token."""
        note(why)
        if is_logged():
            return
        place = request.url_rule.rule if request.url_rule else request.path[:200]
        app.logger.warning("request %s: %s %r %d %s", request_id(), request.method, place, status, why)

    def unanswered(exc_info: Any) -> None:
        """An error after the view, such as a commit that fails: an outage is logged where it is answered."""
        error = exc_info[1]
        if error is None or (outage(error, writing=True) is None and collision(error) is None):
            app.logger.error("request %s failed", request_id(), exc_info=exc_info)

    app.log_exception = unanswered  # type: ignore[method-assign]


def answer(status: int, detail: str, field: str | None = None, code: str = "") -> Response:
    """A page, or problem+json for programs, that says one sentence."""
    if request_ctx.url_adapter is None:
        # The Host header is none of this site, so that no page with links can be made.
        return Response(in_words(detail), status=status, mimetype="text/plain")
    if for_programs() or (g.get("is_outage") and wants_data()):
        return problem(status, _title(status), detail, field, code)
    page = render_template(
        "errors/error.html",
        status=status,
        title=_title(status),
        detail=detail,
        field=field if status == BadParameter.status else None,
        onward=_without(field) if status == BadParameter.status else "",
        again=_same() if status == Busy.status else "",
        request_id=request_id(),
    )
    response = Response(page, status=status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


def _without(field: str | None) -> str:
    """The same page with all that the address selects but the parameter that cannot be read; '' for none."""
    if request.method not in SAFE or request.endpoint is None or field not in request.args:
        return ""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != field and pair[0] in COMMON]
    path = url_for(request.endpoint, **((request.view_args or {}) | {"lang": None}))
    return f"{path}?{urlencode(kept)}" if kept else path


def _same() -> str:
    """The address that was asked for, when asking again does no harm; '' otherwise."""
    if request.method not in SAFE or request.endpoint is None:
        return ""
    path = url_for(request.endpoint, **((request.view_args or {}) | {"lang": None}))
    query = request.query_string.decode("ascii", "replace")
    return f"{path}?{query}" if query else path


def _title(status: int) -> str:
    titles = {
        400: _("地址或参数有误"),
        403: _("不能这样做"),
        404: _("没有找到"),
        405: _("不支持这种请求"),
        409: _("内容已被他人更新"),
        413: _("内容太大"),
        422: _("内容需要修改"),
        429: _("请求太频繁"),
        503: _("暂时不能服务"),
    }
    return titles.get(status, _("系统出错"))


def _most() -> int:
    """Bytes that one request may bring."""
    return int(current_app.config["MAX_CONTENT_LENGTH"])


def _unknown_host() -> str:
    return _("这个网站不以此主机名提供服务。管理员：请在设置 REGISTRY_HOSTS 中写上它，或设置 REGISTRY_PUBLIC_URL。")


def _sentence(status: int) -> str:
    sentences = {
        400: _("请求的内容不完整或格式不对，请返回上一页检查后重试。"),
        404: _("这个地址没有内容，可能已经移动或输入有误。"),
        405: _("这个地址不接受这种操作。"),
        413: _("一次提交不能超过 %(n)s MB：请返回上一页，压缩图片或扫描件，或分几次上传。", n=_most() >> 20),
    }
    return sentences.get(
        status,
        _("系统没有完成这次请求，已经记录。请稍后重试；若仍然出现，请把请求编号告诉管理员。"),
    )

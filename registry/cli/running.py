"""How commands run: one sentence instead of a traceback, nothing without an installation."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from registry import kpi_definitions
from registry.assets import missing_assets
from registry.cli.words import say
from registry.errors import OperatorError, RegistryError
from registry.services.installation import require_current_schema
from registry.views.web.runtime import runtime
from registry.wording import Message

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def checked(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Turn a RegistryError into one sentence on stderr and exit code 1."""

    @functools.wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            runtime().hurry(False)
            return command(*args, **kwargs)
        except RegistryError as error:
            say(Message("错误：%(message)s", message=error.message), err=True)
            sys.exit(1)
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", None) or error).splitlines()[0]
            say(Message("错误：无法打开数据库或写入失败，没有改动任何内容。原因：%(cause)s", cause=cause), err=True)
            sys.exit(1)

    return run


def installed(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Refuse to run without data directory, current schema and assets."""

    @functools.wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        settings = runtime().settings
        if not settings.data_dir.is_dir():
            raise OperatorError(
                Message("数据目录 %(data_dir)s 不存在，请先运行 flask init。", data_dir=settings.data_dir)
            )
        settings.keys()
        require_current_schema(runtime().engine)
        kpi_definitions.use(runtime().kpi_definitions)
        absent = missing_assets()
        if absent:
            raise OperatorError(Message("缺少前端资源 %(absent)s，请先运行 make setup。", absent=list(absent)))
        return command(*args, **kwargs)

    return run

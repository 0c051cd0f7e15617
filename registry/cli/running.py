"""How commands run: one sentence instead of a traceback, nothing without an installation."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from registry import kpi_definitions
from registry.assets import missing_assets
from registry.errors import OperatorError, RegistryError
from registry.services.installation import require_current_schema
from registry.views.web.runtime import runtime

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def checked(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Turn a RegistryError into one sentence on stderr and exit code 1."""

    @functools.wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except RegistryError as error:
            click.echo(f"错误：{error.message}", err=True)
            sys.exit(1)
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            click.echo(f"错误：无法打开数据库或写入失败，没有改动任何内容。原因：{cause}".splitlines()[0], err=True)
            sys.exit(1)

    return run


def installed(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Refuse to run without data directory, current schema and assets."""

    @functools.wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        settings = runtime().settings
        if not settings.data_dir.is_dir():
            raise OperatorError(f"数据目录 {settings.data_dir} 不存在，请先运行 flask init。")
        settings.secret()
        require_current_schema(runtime().engine)
        kpi_definitions.use(runtime().kpi_definitions)
        absent = missing_assets()
        if absent:
            raise OperatorError(f"缺少前端资源 {'、'.join(absent)}，请先运行 make setup。")
        return command(*args, **kwargs)

    return run

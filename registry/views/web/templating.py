"""How templates become Python: what Jinja does for cases that this site does not have costs half the time of a page."""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined] # its one fast part

from registry.i18n import spoken


def shown(value: object) -> str:
    """A value as HTML. Nearly all are texts or HTML already, which the general way takes ten times as long to see."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[return-value]
    if kind is str:
        return _escape_inner(value)  # type: ignore[arg-type]
    return str(value) if kind is int or kind is float else escape(spoken(value))


class _Straight(CodeGenerator):
    """Code that calls what a template names without asking whether it wants Jinja's context: nothing here does."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write("environment.shown(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write(")")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """A call as Python writes it; `context.call` looks for three marks of Jinja on the function first."""
        if forward_caller or node.dyn_args or node.dyn_kwargs or any(iskeyword(each.key) for each in node.kwargs):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")


class _Shared(Template):
    """A template whose macros are made once: no page gives names to imported files."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


class Templates(Environment):
    """The environment of all pages, which are HTML."""

    code_generator_class = _Straight
    template_class = _Shared
    shown = staticmethod(shown)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **(options | {"autoescape": True}))

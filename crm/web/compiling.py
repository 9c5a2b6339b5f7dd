"""Templates as Python: what Jinja writes, but for the detours that a page with 500 calls and 800 values would take."""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escaped  # type: ignore[attr-defined]  # no markup: it becomes a piece of some


def shown(value: Any) -> str:
    """A value as it stands in a page: escaped, unless it is markup."""
    kind = type(value)
    return value if kind is Markup else escaped(value) if kind is str else escape(value)


class DirectCode(CodeGenerator):
    """Calls macros and functions themselves where Jinja asks the context to; only globals that say so want it."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
        self.writeline(f"from {__name__} import shown")
        super().visit_Template(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        if self.needs_detour(node):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def needs_detour(self, node: nodes.Call) -> bool:
        """True for functions that want the context, and for arguments that Python cannot name."""
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        named = any(iskeyword(one.key) for one in node.kwargs)
        spread = node.dyn_args is not None or node.dyn_kwargs is not None
        return named or spread or hasattr(self.environment.globals.get(name), "jinja_pass_arg")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("shown(")

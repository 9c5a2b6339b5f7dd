"""Templates as Python: what Jinja writes, but for the detours that a page with 500 calls and 800 values would take."""

from __future__ import annotations

from itertools import repeat
from keyword import iskeyword
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef, optimizeconst
from jinja2.runtime import Macro
from jinja2.utils import missing
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escaped  # type: ignore[attr-defined]  # no markup: it becomes a piece of some


def shown(value: Any) -> str:
    """A value as it stands in a page: escaped, unless it is markup."""
    kind = type(value)
    return value if kind is Markup else escaped(value) if kind is str else escape(value)


new = str.__new__


class DirectMacro(Macro):
    """A macro whose arguments are those that it names; its function returns markup already."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the macro writes. Raises TypeError for other arguments."""
        others = self.arguments[len(args) :]
        if (kwargs and not kwargs.keys() <= set(others)) or len(args) > self._argument_count:
            return super().__call__(*args, **kwargs)  # which says what is wrong
        return self._func(*args, *map(kwargs.get, others, repeat(missing)))


class DirectCode(CodeGenerator):
    """Calls macros and functions themselves where Jinja asks the context to; only globals that say so want it."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
        self.writeline(f"from {__name__} import DirectMacro, new, shown")
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

    @optimizeconst
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Most values have the attribute that is asked for; only of the others the environment looks for an item."""
        record, value = self.temporary_identifier(), self.temporary_identifier()
        self.write(f"({value} if ({value} := getattr(({record} := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing else environment.getattr({record}, {node.attr!r}))")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        names = [argument.name for argument in macro_ref.node.args]
        takes_more = macro_ref.accesses_kwargs or macro_ref.accesses_varargs
        has_caller = macro_ref.accesses_caller and "caller" not in names
        if takes_more or has_caller or not is_plain(frame):
            super().macro_def(macro_ref, frame)
        else:
            name = getattr(macro_ref.node, "name", None)
            self.write(f"DirectMacro(environment, macro, {name!r}, {names!r}, False, False, False, True)")

    def return_buffer_contents(self, frame: Frame, force_unescaped: bool = False) -> None:
        """A macro writes markup itself, where Jinja leaves it to whoever calls it."""
        if not is_plain(frame):
            super().return_buffer_contents(frame, force_unescaped)
        else:
            self.writeline(f"return new(Markup, concat({frame.buffer}))")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if finalize.src is not None or not is_plain(frame):
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("shown(")


def is_plain(frame: Frame) -> bool:
    """True where it is known that what is written is escaped."""
    return bool(frame.eval_ctx.autoescape) and not frame.eval_ctx.volatile

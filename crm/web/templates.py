"""Templates in the reader's language: their texts are translated when they are compiled, not when they are shown.

A page holds some 200 texts, and looking them up took a quarter of its time. Each language has its own environment,
in which `_("Save")` is the translated string and `_("%(count)s rows", count=n)` a call that only fills it in.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, MutableMapping
from functools import cache, lru_cache
from typing import Any

from flask.templating import Environment
from jinja2 import Template, pass_environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Macro
from markupsafe import Markup

from crm.web.addresses import root
from crm.web.compiling import DirectCode
from crm.web.csrf import PLACE
from crm.web.csrf import token as readers_token
from crm.web.language import catalogue, current_language

REMEMBERED = 10_000
PARTS = 600  # parts of pages in each language


def remembered(macro: Macro) -> Callable[..., str]:
    """A macro that says the same whenever its arguments are the same: each text is made once.

    `{% set amount = remembered(amount) %}` after the macro. It may use nothing but its arguments and the language.
    """
    return lru_cache(REMEMBERED, typed=True)(macro)


class TranslatedEnvironment(Environment):
    """Gives each template in the language at hand; what is set on it before the first one holds in every language."""

    code_generator_class = DirectCode
    language = ""
    parts: dict[tuple[Hashable, ...], Markup]

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self.in_language = cache(self.translated)
        self.globals.update(filled=filled, kept=kept, kept_form=kept_form, remembered=remembered)
        self.globals["token_place"] = PLACE
        self.filters["for_reader"] = for_reader

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002
        speaking = self if self.language else self.in_language(current_language())
        return super(TranslatedEnvironment, speaking).get_template(name, parent, globals)

    def make_globals(self, own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals themselves: no template has any of its own, and a chain of two costs at every import."""
        return {**self.globals, **own} if own else self.globals

    def translated(self, language: str) -> TranslatedEnvironment:
        """The same environment, speaking one language."""
        speaking = self.overlay(extensions=[TextsTranslated])
        speaking.language, speaking.parts = language, {}
        return speaking


class TextsTranslated(Extension):
    """Replaces each text by its translation as a template is read."""

    priority = 50

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """`_ ( "text" )` becomes `"translated"`, and `_ ( "text" ,` becomes `filled ( "translated" ,`."""
        texts = catalogue(self.environment.language)  # type: ignore[attr-defined]
        for token in stream:
            if token.test("name:_") and stream.current.type == "lparen":
                bracket, text = next(stream), stream.current
                if text.type != "string":
                    yield from (token, bracket)
                    continue
                next(stream)
                told = Token(text.lineno, "string", texts.gettext(text.value))
                if stream.current.type == "rparen":
                    next(stream)
                    yield Token(told.lineno, "string", told.value % {})
                else:
                    yield from (Token(token.lineno, "name", "filled"), bracket, told)
            else:
                yield token


def filled(text: str, /, **values: Any) -> Markup:
    """A text with its places filled in, each value escaped."""
    return Markup(text) % values  # noqa: S704  a text of ours, from a template or its translation


@pass_environment
def kept(environment: TranslatedEnvironment, *key: Hashable, caller: Callable[[], Markup]) -> Markup:
    """A part of a page that is made once a language and key: `{% call kept("rail", role) %}`.

    What is inside may depend on nothing but the key, and the key may take few values.
    """
    return part_of(environment, key, caller)


@pass_environment
def kept_form(environment: TranslatedEnvironment, *key: Hashable, caller: Callable[[str], Markup]) -> Markup:
    """The same with forms inside, which get the token of whoever reads: `{% call(token) kept_form("paste") %}`."""
    return for_reader(part_of(environment, key, lambda: caller(PLACE)))


def for_reader(made: str) -> Markup:
    """A piece whose forms were made with `token_place`, with the token of whoever reads."""
    return Markup(str.replace(made, PLACE, readers_token()))  # noqa: S704 - markup, and a token


def part_of(environment: TranslatedEnvironment, key: tuple[Hashable, ...], make: Callable[[], Markup]) -> Markup:
    whole = (root(), *key)
    if whole not in environment.parts:
        if len(environment.parts) >= PARTS:
            environment.parts.clear()
        environment.parts[whole] = make()
    return environment.parts[whole]

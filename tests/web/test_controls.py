"""Controls are written as WTForms writes them, with less work."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from markupsafe import Markup, escape
from wtforms import BooleanField
from wtforms import Form as WtForm
from wtforms.widgets import TextInput, core

from crm.web import controls
from crm.web.controls import attributes
from crm.web.fields import ChoiceField, CodesField, LongTextField, TextField
from crm.web.language import lazy_gettext


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"value": 'a"b<c>&', "id": "f"}, 'id="f" value="a&#34;b&lt;c&gt;&amp;"'),
        (
            {"class_": "x", "data_suggest": "/a?b=1&c=2", "aria-invalid": False},
            'class="x" data-suggest="/a?b=1&amp;c=2"',
        ),
        ({"required": True, "disabled": False, "maxlength": 40}, 'maxlength="40" required'),
        ({"value": Markup('<b title="x">')}, 'value="<b title=&quot;x&quot;>"'),
    ],
)
def test_attributes_are_sorted_and_their_values_escaped(given: dict[str, object], written: str) -> None:
    assert attributes(**given) == written
    assert isinstance(attributes(**given), Markup)


def test_text_in_the_readers_language_and_every_widget_are_written_so(app: Flask) -> None:
    with app.test_request_context():
        assert attributes(placeholder=lazy_gettext("30M")) == 'placeholder="3000万"'
    assert TextInput.html_params is attributes
    assert core.html_params is attributes


class Answer(WtForm):
    name = TextField("Name", length=40, description="As on the card")
    note = LongTextField("Note")
    stage = ChoiceField("Stage")
    sectors = CodesField("Sectors")
    agreed = BooleanField("Agreed")


@pytest.fixture
def shown_field(app: Flask) -> Iterator[Callable[..., str]]:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield app.jinja_env.get_template("components/forms.html").module.field  # type: ignore[attr-defined]


def an_answer(**data: object) -> Answer:
    form = Answer(data=data)
    form.stage.offer([("met", "Met"), ("signed", "Signed")], empty="None")
    form.sectors.offer([("models", "Models"), ("chips", "Chips")])
    return form


def test_a_field_is_made_once_and_holds_what_is_typed(
    shown_field: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controls, "MADE", {})
    texts = ('<b>"衡汐"</b>', "", "澜舟")
    told = [shown_field(an_answer(name=text, note=text).name) for text in texts]
    assert len(controls.MADE) == 1
    assert [f'value="{escape(text)}"' in one for text, one in zip(texts, told, strict=True)] == [True] * 3
    assert f"{escape(texts[0])}</textarea>" in shown_field(an_answer(note=texts[0]).note)
    assert controls.VALUE not in "".join(told)


def test_a_field_is_made_anew_where_it_says_something_else(shown_field: Callable[..., str]) -> None:
    def told(change: Callable[[Answer], object], name: str, **options: object) -> str:
        form = an_answer(stage="met", sectors=("chips",), agreed=False)
        change(form)
        return shown_field(form[name], **options)

    changes: list[tuple[str, Callable[[Answer], object], str]] = [
        ("name", lambda form: setattr(form.name.label, "text", "Brand"), ">Brand"),
        ("name", lambda form: setattr(form.name, "description", "Or a nickname"), "Or a nickname"),
        ("name", lambda form: setattr(form.name, "render_kw", {"autofocus": True}), "autofocus"),
        ("name", lambda form: setattr(form.name.flags, "required", True), "required"),
        ("name", lambda form: setattr(form.name, "errors", ["Too short"]), "Too short"),
        ("stage", lambda form: setattr(form.stage, "data", "signed"), '<option selected value="signed">'),
        ("stage", lambda form: form.stage.offer([("met", "Seen")]), '<option selected value="met">Seen'),
        ("sectors", lambda form: setattr(form.sectors, "data", ("models",)), 'value="models" checked'),
        ("agreed", lambda form: setattr(form.agreed, "data", True), "checked"),
    ]
    for name, change, sign in changes:
        for _ in range(2):
            assert sign in told(change, name), name
            assert sign not in told(lambda _form: None, name), name
    assert "w-12" in told(lambda _form: None, "name", width=12)
    assert "Only once" in told(lambda _form: None, "name", hint="Only once")

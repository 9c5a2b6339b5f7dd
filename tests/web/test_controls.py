"""Controls are written as WTForms writes them, with less work."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import Markup
from wtforms.widgets import TextInput, core

from crm.web.controls import attributes
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

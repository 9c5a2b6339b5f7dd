"""Every component once, for those who build pages; in development and tests only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, render_template
from wtforms import BooleanField, FileField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from crm.web.fields import select_choices
from crm.web.guards import public

bp = Blueprint("gallery", __name__)


class SampleForm(Form):
    text = StringField("企业", [InputRequired()], default="衡汐智能")
    optional = StringField("简称", description="以后再补也可以")
    textarea = TextAreaField("备注", render_kw={"rows": 2})
    select = SelectField("轮次", choices=select_choices([("a", "A"), ("b", "B")]))
    picks = RadioField(
        "阶段",
        choices=select_choices(
            [
                (str(n), word, {"data-stage": str(n)})
                for n, word in enumerate(
                    ["推荐", "意向", "会面", "路演", "立项", "尽调", "条款", "投决", "签约", "到账"], 1
                )
            ]
        ),
        default="1",
        validators=[InputRequired()],
    )
    checkbox = BooleanField("同时记一笔融资对接服务", default=True)
    upload = FileField("台账")
    day = StringField("日期", default="2026-06-12")
    suggest = StringField("机构", render_kw={"data-suggest": "/institutions/suggest"})
    wrong = StringField("拟投金额", default="3千左右")

    @property
    def wrong_fields(self) -> list[Any]:
        """The fields that must be mended."""
        return [field for field in self if field.errors]


@bp.get("/_gallery")
@public("shows invented values only, and only in development")
def show_gallery() -> str:
    form = SampleForm()
    form.wrong.errors = ["看不出单位。写成 3000万 或 0.3亿。"]
    return render_template(
        "gallery/gallery.html", form=form, listing=SampleListing(), job=sample_job(), entries=sample_entries()
    )


class SampleListing:
    rows = tuple(range(5))
    count = 1000
    counted = True
    capped = True
    sort = "days"
    descending = True
    previous_href = None
    next_href = "#next"
    clear_href = "#clear"
    is_filtered = True
    chips = ()

    def sort_href(self, key: str) -> str:
        """Where a heading would lead."""
        return f"#sort-{key}"


def sample_job() -> Any:
    return SimpleNamespace(state="running", percent=40)


def sample_entries() -> list[Any]:
    start = datetime(2026, 6, 12, 1, 42, tzinfo=UTC)
    told = (
        "林予安 修改了「衡汐智能 · 临渚创投」：阶段 条款 → 签约",
        "周牧之 新建了「闻潮智能 · 知识产权质押辅导」",
    )
    return [
        SimpleNamespace(at=start - timedelta(hours=n), actor_name=text[:3], sentence=text)
        for n, text in enumerate(told)
    ]

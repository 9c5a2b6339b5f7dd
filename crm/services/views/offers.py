"""What the forms of services offer, and the partners that they name."""

from __future__ import annotations

from typing import Any

from flask import url_for

from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.lib.names import split_names
from crm.services import queries
from crm.settings.choices import choices
from crm.web.language import current_language
from crm.web.language import gettext as _


def partners_of(form: Any) -> list[Institution]:
    return [institution_queries.resolve(name, field="partners") for name in split_names(form.partners.data or "")]


def offer(form: Any, type_now: int | None = None) -> Any:
    language = current_language()
    types = queries.types(besides=type_now)
    form.type_id.offer(
        [(str(one.id), f"{one.category.label(language)} · {one.label(language)}") for one in types],
        empty=_("Choose a service"),
    )
    form.type_id.render_kw = {
        "hx-get": url_for("services.show_outcome_fields"),
        "hx-trigger": "change",
        "hx-target": "#measured",
    }
    form.state.offer(choices("service_state"))
    form.platform_role.offer(choices("platform_role"), empty="")
    return form

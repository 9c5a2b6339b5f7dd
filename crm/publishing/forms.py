"""Forms of publishing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import MultipleFileField

from crm.documents.pictures import Upload, accept
from crm.institutions.models import Institution
from crm.publishing.actions import AuthorisationValues
from crm.publishing.groups import GROUPS
from crm.publishing.models import Layer
from crm.web.fields import CodesField, DayField, LongTextField, NamesField, PicksField, TextField
from crm.web.form import CreatingForm
from crm.web.language import lazy_gettext as _

ALL, NAMED = "all", "named"
INSIDE = "inside"
LAYERS = (
    (Layer.INVITED.value, _("Invited readers")),
    (Layer.CONFIDENTIAL.value, _("After confidentiality")),
    (INSIDE, _("Not authorised")),
)


class AuthoriseForm(CreatingForm):
    signed_by = TextField(_("Signed by"), length=80, needed=True)
    signer_position = TextField(_("Position"), length=80)
    signed_on = DayField(_("Day of signature"), needed=True)
    until = DayField(_("Authorised until"), description=_("The profile disappears for investors after this day."))
    audience = PicksField(_("Who may read it"))
    institutions = NamesField(
        _("Institutions"), description=_("Only for named ones: names or credit codes, separated by ;")
    )
    documents = LongTextField(
        _("Documents"), rows=2, description=_("Which documents the authorisation covers, as it says.")
    )
    document_scope = PicksField(_("Documents of the data room"))
    document_ids = CodesField(_("Which of them"), description=_("Nothing else of it can be opened to investors."))
    files = MultipleFileField(
        _("The signed paper"), description=_("Pictures or PDF."), render_kw={"accept": "image/*,.pdf"}
    )

    def offer(self, documents: Sequence[tuple[str, str]]) -> None:
        """Set what may be chosen. `documents`: (id, name) of those that stand in the startup's data rooms."""
        if documents:
            self["document_scope"].offer([(ALL, _("All, later ones too")), (NAMED, _("Only those ticked"))])
            self["document_ids"].offer(documents)
        else:
            del self["document_scope"], self["document_ids"]
        self["audience"].offer([(ALL, _("All admitted institutions")), (NAMED, _("Named institutions"))])
        for one in self.layers:
            one.offer(LAYERS)

    @property
    def layers(self) -> list[PicksField]:
        """A field for each group of fields."""
        return [self[f"layer_{name}"] for name in GROUPS]

    @property
    def apart(self) -> tuple[str, ...]:
        """The layers stand in a table."""
        return tuple(f"layer_{name}" for name in GROUPS)

    def papers(self) -> list[Upload]:
        """What was sent. Raises Refusal."""
        sent = (one for one in self["files"].data or () if one and one.filename)
        return [accept(one.filename, one.read()) for one in sent]

    def value(self, institutions: Sequence[Institution]) -> AuthorisationValues:
        """What the form says."""
        chosen = {name: self[f"layer_{name}"].data for name in GROUPS}
        told: dict[str, Any] = {
            name: self[name].data for name in ("signed_by", "signer_position", "signed_on", "until", "documents")
        }
        layers = {name: layer for name, layer in chosen.items() if layer != INSIDE}
        all_documents = not self.names_documents
        return AuthorisationValues(layers=layers, institutions=institutions, all_documents=all_documents, **told)

    def named_documents(self) -> list[int]:
        """The ids of the documents that the authorisation names."""
        return [int(one) for one in self["document_ids"].data or ()] if self.names_documents else []

    @property
    def names_documents(self) -> bool:
        """True where only some documents may be opened."""
        return "document_scope" in self and self["document_scope"].data == NAMED


for _name, _group in GROUPS.items():
    setattr(AuthoriseForm, f"layer_{_name}", PicksField(_(_group.label.text), default=_group.layer.value))

"""Forms of data rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Regexp

from crm.core.errors import Refusal
from crm.dataroom.actions import DocumentValues, GrantValues
from crm.dataroom.kinds import SUFFIXES, Upload, accept
from crm.dataroom.sending import Announced
from crm.lib.text import N_
from crm.web.fields import ChoiceField, DayField, NameField, TextField
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _

MOST_FILES = 50
TAKEN = {"accept": ",".join(f".{suffix}" for suffix in SUFFIXES)}
NO_FILE = _("Choose a file first.")


class SendFilesForm(CreatingForm):
    """Several files at once, into one folder."""

    folder_id = ChoiceField(_("Folder"))
    files = MultipleFileField(_("Files to send"), [FileRequired(NO_FILE)], render_kw={**TAKEN, "multiple": True})

    def value(self) -> list[Upload]:
        """The files as they will be kept. Raises Refusal."""
        sent = [one for one in self.files.data if one and one.filename]
        if len(sent) > MOST_FILES:
            raise Refusal({"files": N_("At most %(count)s files at once.", count=MOST_FILES)})
        return [accept(one.filename or "", one.read()) for one in sent]


class BeginFileForm(Form):
    """What a browser says of a file that it is going to send in pieces."""

    folder_id = ChoiceField(_("Folder"))
    name = StringField(validators=[InputRequired()])
    size = IntegerField(validators=[InputRequired()])
    sha256 = StringField(validators=[Regexp("^[0-9a-f]{64}$")])

    def value(self) -> Announced:
        """The file as it was announced."""
        return Announced(self.name.data or "", self.size.data or 0, self.sha256.data or "")


class AddPieceForm(Form):
    """A piece of a file. `offset`: how many bytes of the file lie before it."""

    offset = IntegerField(validators=[InputRequired()])
    piece = FileField(validators=[FileRequired(NO_FILE)])

    def value(self) -> tuple[int, bytes]:
        """Where the piece begins, and what it holds."""
        return self.offset.data or 0, self.piece.data.read()


class SendVersionForm(CreatingForm):
    """Another content of a document."""

    file = FileField(_("File"), [FileRequired(NO_FILE)], render_kw=TAKEN)

    def value(self) -> Upload:
        """The file as it will be kept. Raises Refusal."""
        return accept(self.file.data.filename, self.file.data.read(), field="file")


class AddFolderForm(CreatingForm):
    name = TextField(_("Name"), length=80, needed=True)
    parent_id = ChoiceField(_("In the folder"))


class EditFolderForm(AddFolderForm):
    pass


class EditDocumentForm(EditingForm):
    name = TextField(_("Name"), length=200, needed=True)
    folder_id = ChoiceField(_("Folder"))
    is_pitch_deck = BooleanField(
        _("The pitch deck"), description=_("The profile leads those to it who may read it, in one tap.")
    )

    def value(self) -> DocumentValues:
        """What the form says."""
        folder = self.folder_id.data
        return DocumentValues(self.name.data, int(folder) if folder else None, self.is_pitch_deck.data)


class GiveAccessForm(CreatingForm):
    institution = NameField(_("Institution"), suggest="institutions.suggest", needed=True)
    person = TextField(
        _("Only this person"),
        length=80,
        description=_("The name or user name of one of its accounts. Empty: everybody of the institution."),
    )
    scope = ChoiceField(_("May read"))
    until = DayField(_("Last day"), description=_("Empty: until somebody revokes it."))
    may_download = BooleanField(
        _("May download the files too"),
        description=_(
            "Without it, pictures of the pages are shown, with the reader's mark; Word, Excel and text not at all."
        ),
    )

    def value(self, institution: Any, account: Any, scopes: Mapping[str, Any]) -> GrantValues:
        """What the form says; `scopes`: what may be named, by the value of its choice."""
        scope = self.scope.data or ""
        return GrantValues(
            institution=institution,
            account=account,
            folder=scopes.get(scope) if scope.startswith("folder") else None,
            document=scopes.get(scope) if scope.startswith("document") else None,
            until=self.until.data,
            may_download=self.may_download.data,
        )

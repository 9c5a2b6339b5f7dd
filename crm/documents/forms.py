"""The form that adds documents to a record."""

from __future__ import annotations

from flask_wtf.file import MultipleFileField

from crm.core.errors import Refusal
from crm.documents.pictures import Upload, accept
from crm.lib.text import N_
from crm.web.form import CreatingForm
from crm.web.language import lazy_gettext as _

MOST_FILES = 20


class AttachForm(CreatingForm):
    """Several pictures and papers at once."""

    files = MultipleFileField(_("Pictures or papers"))

    def value(self) -> list[Upload]:
        """The uploads as they will be kept. Raises Refusal for none, too many, and what is no picture or PDF."""
        sent = [one for one in self.files.data or [] if one and one.filename]
        if not sent:
            raise Refusal({"files": N_("Choose a file first.")})
        if len(sent) > MOST_FILES:
            raise Refusal({"files": N_("At most %(count)s files at once.", count=MOST_FILES)})
        return [accept(one.filename or "", one.read()) for one in sent]

"""Forms for verifying a document."""

from __future__ import annotations

from typing import ClassVar

from flask_wtf.file import FileField
from wtforms import HiddenField
from wtforms.validators import ValidationError

from crm.web.fields import TextField
from crm.web.form import Form
from crm.web.language import gettext
from crm.web.language import lazy_gettext as _


class CodeForm(Form):
    code = TextField(
        _("Code"),
        length=40,
        needed=True,
        description=_("Ten letters and digits, beside the QR code and at the foot of each page."),
    )


class FileOrDigest:
    """The file, or the digest that the browser computed of it."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Form, field: FileField) -> None:
        if not (field.data or form["digest"].data):
            raise ValidationError(gettext("Choose the file."))


class FileForm(Form):
    """`digest`: the SHA-256 of the file, where the browser computed it; then the file itself is not sent."""

    file = FileField(_("File"), [FileOrDigest()], render_kw={"accept": "application/pdf"})
    digest = HiddenField()

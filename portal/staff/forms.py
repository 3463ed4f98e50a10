"""Forms of the staff area: WTForms whose complaints are our own sentences, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask_babel import get_translations, lazy_gettext
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stub

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, MutableMapping

    from wtforms import Field

_: Any = lazy_gettext
"""For labels and messages: WTForms takes lazy texts, though its types ask for text. Import it as `_`."""

SENTENCES: Mapping[str, object] = {
    "Invalid field name '%s'.": _("Something is wrong with this form. Load the page again."),
    "Field must be equal to %(other_name)s.": _("Type the same in both fields."),
    "Field must be between %(min)d and %(max)d characters long.": _(
        "Write between %(min)d and %(max)d characters."
    ),
    "Number must be at least %(min)s.": _("Enter %(min)s or more."),
    "Number must be at most %(max)s.": _("Enter %(max)s or less."),
    "Number must be between %(min)s and %(max)s.": _("Enter a number from %(min)s to %(max)s."),
    "This field is required.": _("This is needed."),
    "Invalid input.": _("This is not written as it should be."),
    "Invalid email address.": _("This is not an e-mail address."),
    "Invalid IP address.": _("This is not an IP address."),
    "Invalid Mac address.": _("This is not a MAC address."),
    "Invalid URL.": _("This is not a web address. It begins with https://."),
    "Invalid UUID.": _("This is not an identifier."),
    "Invalid value, must be one of: %(values)s.": _("Enter one of these: %(values)s."),
    "Invalid value, can't be any of: %(values)s.": _("This cannot be any of these: %(values)s."),
    "This field cannot be edited.": _("This cannot be changed."),
    "This field is disabled and cannot have a value.": _("This cannot be filled in."),
    "Invalid CSRF Token.": _("This page was open for too long. Send it again."),
    "CSRF token missing.": _("This page was open for too long. Send it again."),
    "CSRF failed.": _("This page was open for too long. Send it again."),
    "CSRF token expired.": _("This page was open for too long. Send it again."),
    "Invalid Choice: could not coerce.": _("Choose one of what is offered."),
    "Choices cannot be None.": _("There is nothing to choose from."),
    "Not a valid choice.": _("Choose one of what is offered."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _("Choose from what is offered."),
    "Not a valid datetime value.": _("This is not a date and time."),
    "Not a valid date value.": _("This is not a date. Write it like 2026-03-31."),
    "Not a valid time value.": _("This is not a time. Write it like 14:30."),
    "Not a valid week value.": _("This is not a week."),
    "Not a valid integer value.": _("Enter a whole number."),
    "Not a valid decimal value.": _("Enter a number."),
    "Not a valid float value.": _("Enter a number."),
}
"""What WTForms says -> what we say."""


class Wording:
    """WTForms' translations object: hands out our sentences instead of its own catalogue's."""

    def gettext(self, message: str) -> str:
        """Our sentence for one of WTForms'; what else it asks for is the label of a field without one."""
        return str(SENTENCES.get(message, message))

    def ngettext(self, singular: str, _plural: str, count: int) -> str:
        """Our sentence for one of WTForms' that counts.

        Raises:
            KeyError: when WTForms says something we have no words for.
        """
        one, several = PLURALS[singular]
        sentence: str = get_translations().ungettext(one, several, count)
        return sentence


def ngettext(one: str, several: str) -> tuple[str, str]:
    """Both forms of a sentence, under the name by which `make update` finds what is to be translated."""
    return one, several


PLURALS: Mapping[str, tuple[str, str]] = {
    "Field must be at least %(min)d character long.": ngettext(
        "Write at least %(min)d character.", "Write at least %(min)d characters."
    ),
    "Field cannot be longer than %(max)d character.": ngettext(
        "Write at most %(max)d character.", "Write at most %(max)d characters."
    ),
    "Field must be exactly %(max)d character long.": ngettext(
        "Write exactly %(max)d character.", "Write exactly %(max)d characters."
    ),
    "'%(value)s' is not a valid choice for this field.": ngettext(
        "“%(value)s” is not offered.", "“%(value)s” are not offered."
    ),
}
"""What WTForms says of a count -> what we say."""


class StaffForm(FlaskForm):
    """A form of the staff area. What was typed always comes back with its complaints."""

    class Meta(FlaskForm.Meta):
        """The gate (portal/audiences.py) holds every post against its token; a form need not do it again."""

        csrf = False

        def get_translations(self, _form: Any) -> Wording:
            """Our sentences."""
            return Wording()

        def bind_field(self, form: Any, unbound_field: Any, options: MutableMapping[str, Any]) -> Any:
            """Choices may be written as pairs of value and label."""
            given = unbound_field.kwargs.get("choices")
            if given is not None and not callable(given):
                options = {**options, "choices": choices(given)}
            return super().bind_field(form, unbound_field, options)

    def __init__(self, *args: Any, **values: Any) -> None:
        """Arguments are WTForms'; without any, what was posted fills the form."""
        super().__init__(*args, **values)

    def complaints(self) -> Iterator[tuple[str, object, object]]:
        """What is wrong, in the form's order, the form as a whole first.

        Yields:
            The id of the control (empty for the whole form), the sentence, and the field's label.
        """
        yield from (("", sentence, "") for sentence in self.form_errors)
        for field in self:
            for sentence in flat(field):
                yield anchor(field), sentence, field.label.text


def choices(pairs: Mapping[str, object] | Iterable[Any]) -> list[Any]:
    """What a field offers, as WTForms wants it, to set it once the form is made.

    Args:
        pairs: value -> label, or pairs of the two.
    """
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    return [SelectChoice(*one) if isinstance(one, tuple | list) else one for one in items]


def flat(field: Field) -> list[object]:
    """The complaints about a field; those about the parts of a compound field come out of their nesting."""
    return [
        sentence
        for error in field.errors
        for sentence in (error if isinstance(error, list | tuple) else [error])
    ]


def anchor(field: Field) -> str:
    """The id of a field's first control, for the error summary."""
    choices = field.type in {"RadioField", "SelectMultipleField"} and _is_list(field)
    return f"{field.id}-0" if choices else str(field.id)


def _is_list(field: Field) -> bool:
    """Whether a field is drawn as boxes or radio buttons, each a control of its own."""
    return hasattr(field, "option_widget") and type(field.widget).__name__ == "ListWidget"

"""The form of a template: one field for each blank, kept with what was typed, and what that says.

Every blank may be left empty; what is wrong is only what cannot be written down.
"""

from __future__ import annotations

import re
from datetime import time
from typing import TYPE_CHECKING, Any, cast

from babel import Locale
from babel.dates import format_time
from babel.lists import format_list
from flask_babel import gettext as _
from wtforms import Field
from wtforms.form import BaseForm

from portal.languages import LOCALES
from portal.toolkit.templates import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from werkzeug.datastructures import MultiDict

LANGUAGES = (
    *("en", "fr", "ar", "fa_AF", "ps", "fa", "es", "fil", "hi", "ku", "pa"),
    *("pt", "ru", "so", "sw", "ti", "tr", "uk", "ur", "vi", "zh"),
)
"""Languages offered where a template asks for some; there is room to write others."""

LONGEST = {"line": 200, "lines": 2000, "choice": 0, "languages": 200, "hours": 200}
"""Kind of field -> how many characters it takes, where the template does not say."""

_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.hH]\s*(\d{2})?)?")


class BlankField(Field):
    """One blank of a template.

    Attributes:
        told: what the template says of it: name, kind, label, hint, example, longest, options.
        typed: name of a control -> texts, as they were sent.
        complaints: name of a control -> sentence in the page's language.
    """

    def __init__(self, told: Mapping[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self.told = told
        self.typed: dict[str, list[str]] = {}
        self.complaints: dict[str, str] = {}

    def controls(self) -> list[str]:
        """Names of the controls it is made of."""
        name, parts = self.told["name"], PARTS.get(self.told["kind"], ("",))
        return [f"{name}:{part}" if part else name for part in parts]

    def text(self, part: str = "") -> str:
        """What was typed into a control."""
        return (self.typed.get(self._control(part)) or [""])[0]

    def has(self, code: str) -> bool:
        """Whether an option is chosen."""
        return code in self.typed.get(self.told["name"], ())

    def longest(self) -> int:
        """How many characters it takes."""
        return int(self.told.get("longest") or LONGEST[self.told["kind"]])

    def judge(self) -> None:
        """Find what is wrong with what was typed."""
        for control in self.controls():
            length = len((self.typed.get(control) or [""])[0].strip())
            if self.longest() and length > self.longest():
                self.complaints[control] = _(
                    "%(label)s: write at most %(most)s characters; there are %(count)s now.",
                    label=self.label.text, most=self.longest(), count=length,
                )  # fmt: skip
        if self.told["kind"] == "hours":
            self._judge_hours()

    def _judge_hours(self) -> None:
        for part in ("from", "to"):
            if self.text(part).strip() and _clock(self.text(part)) is None:
                self.complaints[self._control(part)] = _("Write a time as 9:00 or 17:30.")
        if bool(self.text("from").strip()) != bool(self.text("to").strip()):
            part = "to" if self.text("from").strip() else "from"
            self.complaints.setdefault(self._control(part), _("Give both times, or neither."))

    def _control(self, part: str) -> str:
        return f"{self.told['name']}:{part}" if part else str(self.told["name"])

    def answer(self, language: str, words: Mapping[str, Any]) -> str:
        """What goes into the text, "" when the blank stays empty.

        Args:
            language: code of the text's language.
            words: the toolkit's `document`, which words hours.
        """
        kind = self.told["kind"]
        if kind == "lines":
            return self.text().strip()
        if kind == "choice":
            chosen = (o["label"][language] for o in self.told["options"] if self.has(o["code"]))
            return next(chosen, "")
        if kind == "languages":
            names = Locale.parse(LOCALES[language]).languages
            others = re.split(r"\s*[,،;؛\n]\s*", self.text("other").strip())
            listed = [*(names[code] for code in LANGUAGES if self.has(code)), *filter(None, others)]
            return format_list(listed, locale=LOCALES[language])
        if kind == "hours":
            return self._hours(language, words)
        return " ".join(self.text().split())

    def _hours(self, language: str, words: Mapping[str, Any]) -> str:
        days = " ".join(self.text("other").split())
        if not days:
            days = next((day["label"][language] for day in words["days"] if self.has(day["code"])), "")
        opens, closes = _clock(self.text("from")), _clock(self.text("to"))
        if opens is None or closes is None:
            return days
        between = str(words["times"][language]).replace("{from}", _shown(opens, language))
        between = between.replace("{to}", _shown(closes, language))
        if not days:
            return between
        return str(words["hours"][language]).replace("{times}", between).replace("{days}", days)


PARTS = {"languages": ("", "other"), "hours": ("", "other", "from", "to")}
"""Kind of field -> its controls; one of its own name where nothing is said."""


class TemplateForm(BaseForm):
    """The form of a template."""

    def blanks(self) -> Iterator[BlankField]:
        """The fields, in their order."""
        return cast("Iterator[BlankField]", iter(self))

    def summary(self) -> list[tuple[str, str]]:
        """(anchor, sentence) for each complaint, in the order of the page."""
        return [
            (control_id(control), field.complaints[control])
            for field in self.blanks()
            for control in field.controls()
            if control in field.complaints
        ]

    def answers(self, language: str, words: Mapping[str, Any]) -> dict[str, str]:
        """Name of a blank -> what goes into the text, in its language."""
        return {field.told["name"]: field.answer(language, words) for field in self.blanks()}


def languages_named(language: str) -> dict[str, str]:
    """Code -> name of each language offered, in a language and in its order of the alphabet."""
    names = Locale.parse(LOCALES[language]).languages
    return dict(sorted(((code, names[code]) for code in LANGUAGES), key=lambda pair: pair[1]))


def control_id(control: str) -> str:
    """The id of a control on the page."""
    return "b-" + control.replace(":", ".")


def build(
    template: Mapping[str, Any], language: str, posted: MultiDict[str, str] | None = None
) -> TemplateForm:
    """The form of a template.

    Args:
        template: a document of the kind `template`.
        language: the page's.
        posted: what was sent; with it the fields are judged.
    """
    unbound: Any = {
        told["name"]: cast("Any", BlankField)(told, label=_capital(told["label"][language]))
        for told in template["fields"]
    }
    form = TemplateForm(unbound)
    if posted is not None:
        for field in form.blanks():
            field.typed = {name: [plain(text) for text in posted.getlist(name)] for name in field.controls()}
            field.judge()
    return form


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:  # noqa: PLR2004 - a clock
        return None
    return time(int(found[1]), int(found[2] or 0))


def _shown(at: time, language: str) -> str:
    """A time of day as the language writes it; locale data write Canadian French hours with two digits."""
    if language == "fr":
        return f"{at.hour}\u00a0h" + (f"\u00a0{at.minute:02}" if at.minute else "")
    written = format_time(at, "short", locale=LOCALES[language]).replace("\u202f", " ").replace("\u00a0", " ")
    return written.replace("a.m.", "am").replace("p.m.", "pm")  # a sentence may end here

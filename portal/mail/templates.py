"""Templates of messages: registered by those who send them, and put into words for one reader."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import current_app

from portal import languages
from portal.mail.door import door

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ACCOUNT, NOTICE, INVITATION = "account", "notice", "invitation"
PURPOSES = (ACCOUNT, NOTICE, INVITATION)
"""About one's own account; news for the team; an invitation, which can be declined once and for all."""

TEST = "test-message"
SAMPLE_OF = "sample_of"
"""The test message, and the argument that names another template whose sample it shows."""

CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class TemplateError(Exception):
    """A template that is used otherwise than it was registered: a fault of the program."""


class NotNeeded(Exception):  # noqa: N818 - no fault: `prepare` says that there is nothing to send any more
    """Raised by `prepare` when what the message was for is gone; the message is cancelled."""


def _as_they_are(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return arguments


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of message, with its texts in `templates/mail/<name>.txt` and `.html`.

    Attributes:
        name: its name, in lower case with hyphens.
        purpose: `account`, `notice` or `invitation`.
        title: what the team calls it; lazy.
        sample: what `prepare` would give, invented, for previews.
        prepare: from the arguments kept to what the texts need; it runs when the message is sent, in the
            reader's language, outside any transaction, and makes the links. It may raise `NotNeeded`.
    """

    name: str
    purpose: str
    prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _as_they_are
    sample: Mapping[str, Any] = field(default_factory=dict)
    title: Any = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words; the subject is one line, the text plain, and only the HTML is escaped."""

    subject: str
    text: str
    html: str


_templates: dict[str, Template] = {}


def register(template: Template) -> Template:
    """Make a template known; at import, or at each start with the same one.

    Raises:
        TemplateError: for an unknown purpose, or a second template of that name.
    """
    if template.purpose not in PURPOSES:
        raise TemplateError(f"{template.name} is for {template.purpose!r}, which is none of {PURPOSES}.")
    if _templates.setdefault(template.name, template) != template:
        raise TemplateError(f"Two templates are called {template.name!r}.")
    return template


def find(name: str) -> Template:
    """A template by its name.

    Raises:
        TemplateError: when nobody registered it.
    """
    try:
        return _templates[name]
    except KeyError:
        raise TemplateError(f"No template is called {name!r}.") from None


def known(name: str) -> Template | None:
    """A template by its name, or None: old messages outlive their template."""
    return _templates.get(name)


def registered() -> list[Template]:
    """All templates, by name."""
    return [_templates[name] for name in sorted(_templates)]


def prepared(name: str, arguments: Mapping[str, Any]) -> tuple[Template, Mapping[str, Any]]:
    """What a queued message says: its template, and what its texts need.

    Raises:
        NotNeeded: when what it was for is gone.
    """
    if name == TEST and SAMPLE_OF in arguments:
        shown = find(arguments[SAMPLE_OF])
        return shown, shown.sample
    template = find(name)
    return template, template.prepare(arguments)


@contextmanager
def reading(language: str) -> Iterator[None]:
    """A context of its own for one reader's language, whatever page is being made around it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - documented by Flask
    with app.app_context(), languages.away(app, language):
        yield


def render(
    template: str, arguments: Mapping[str, Any], language: str, *, unsubscribe: str | None = None
) -> Rendered:
    """Put a message into words.

    Args:
        template: its name.
        arguments: what the texts need, as `prepare` or the sample gives it.
        language: code of the language.
        unsubscribe: the address that ends invitations; only invitations show it.
    """
    with reading(language):
        return compose(find(template), arguments, unsubscribe)


def compose(template: Template, arguments: Mapping[str, Any], unsubscribe: str | None) -> Rendered:
    """Put a message into words, in the language that is being read."""
    sender = door()
    values: dict[str, Any] = {
        **arguments,
        "purpose": template.purpose,
        "site": sender.site,
        "contact": sender.contact,
        "postal_address": sender.postal_address,
        "unsubscribe": unsubscribe,
    }
    current_app.update_template_context(values)
    plain = current_app.jinja_env.get_template(f"mail/{template.name}.txt")
    subject = "".join(plain.blocks["subject"](plain.new_context(values)))
    # Whatever a name brings along, a subject stays one line.
    values["subject"] = CONTROL.sub(" ", subject).strip()
    text = re.sub(r"\n{3,}", "\n\n", plain.render(values)).strip() + "\n"
    html = current_app.jinja_env.get_template(f"mail/{template.name}.html").render(values)
    return Rendered(values["subject"], text, html)

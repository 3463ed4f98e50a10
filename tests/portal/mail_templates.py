"""Templates that only tests send, on a site that knows their texts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Blueprint, url_for

from portal import mail
from portal.filters import absolute
from portal.mail import templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from flask import Flask

TEXT = """{% extends "mail/layout.txt" %}
{% block subject %}{{ _('Survey') }}: {{ name }}{% endblock %}
{% block content %}
{{ name }}

{{ link }}
{% endblock %}
"""

HTML = """{% extends "mail/layout.html" %}
{% from "mail/parts.html" import action with context %}
{% block content %}<h1>{{ name }}</h1>{{ action(link, name) }}{% endblock %}
"""


def from_arguments(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the texts need, with a link in the language of the message."""
    return {"name": arguments.get("name", "Ada"), "link": absolute(url_for("home.index"))}


@contextmanager
def known(
    site: Flask,
    folder: Path,
    name: str,
    purpose: str,
    prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] = from_arguments,
) -> Iterator[str]:
    """A template while a test lasts."""
    texts = folder / f"texts-{name}"
    (texts / "mail").mkdir(parents=True)
    (texts / "mail" / f"{name}.txt").write_text(TEXT)
    (texts / "mail" / f"{name}.html").write_text(HTML)
    site.register_blueprint(Blueprint(f"texts-{name}", __name__, template_folder=str(texts)))
    mail.register(
        mail.Template(name, purpose, prepare, {"name": "Ada", "link": "https://example.org/"}, name)
    )
    try:
        yield name
    finally:
        templates._templates.pop(name)

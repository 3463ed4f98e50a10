"""How values become words on a page: texts in the page's language, Markdown, dates and numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import nh3
from babel.lists import format_list
from flask import current_app, request
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from portal.languages import LANGUAGES, LOCALES, direction, language, translations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Flask

_markdown = MarkdownIt("commonmark").enable("table")

TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "h2", "h3", "h4", "blockquote", "code", "br", "table",
        "thead", "tbody", "tr", "th", "td"}  # fmt: skip


class MissingTextError(LookupError):
    """A text lacks the page's language: the page is refused rather than shown in another language."""


def in_language(text: Mapping[str, str], code: str | None = None) -> str:
    """A researcher's or editor's text in the page's language.

    Raises:
        MissingTextError: when it was not written in that language.
    """
    code = code or language()
    try:
        return text[code]
    except KeyError:
        raise MissingTextError(f"no {LANGUAGES[code]} text among {sorted(text)}") from None


def worded(text: Mapping[str, str]) -> Markup:
    """A researcher's text for the staff: in the page's language, else as it was written, and marked so.

    Only for the staff, who see questionnaires before they are whole; the public sees no other language.
    """
    if language() in text:
        return escape(text[language()])
    code, words = next(iter(text.items()))
    return Markup('<span lang="{0}" dir="auto">{1}</span>').format(code, words)


@lru_cache(maxsize=2048)
def markdown(text: str) -> Markup:
    """Markdown as safe HTML; headings start at the second level, for the page owns the first."""
    return cleaned(_markdown.render(text))


def cleaned(html: str) -> Markup:
    """HTML with nothing in it but the tags of a text, and links of the web and of mail."""
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        generic_attribute_prefixes=None,
        url_schemes={"http", "https", "mailto"},
    )
    return Markup(clean)  # noqa: S704 - nh3 has just cleaned it


def day(value: str | date | int) -> str:
    """A date in words; accepts ISO text, a date, or UTC seconds. Years and months stay as they are known."""
    if isinstance(value, str):
        if len(value) == len("2026"):
            return value
        if len(value) == len("2026-01"):
            return str(format_date(date.fromisoformat(f"{value}-01"), "MMMM y"))
        value = date.fromisoformat(value)
    elif isinstance(value, int):
        value = datetime.fromtimestamp(value, UTC).date()
    written = str(format_date(value, "long"))
    # Canadian French writes the first of a month as an ordinal, which the locale data lack.
    return written.replace("1 ", "1er ", 1) if language() == "fr" and value.day == 1 else written


def listed(items: Iterable[str], style: Literal["standard", "or"] = "standard") -> str:
    """Several words as one list of the language: "a, b and c", or "a or b"."""
    return format_list(list(items), style, LOCALES[language()])


def labelled(label: str, text: str) -> str:
    """A label and what belongs to it, joined as the language joins them."""
    return _("%(label)s: %(text)s", label=label, text=text)


def number(value: float) -> str:
    """A number with the language's separators and Western digits."""
    return str(format_decimal(value))


def absolute(path: str) -> str:
    """An address of this portal as others must write it: with the public address in front."""
    return (current_app.config["PORTAL"].base_url or request.host_url.rstrip("/")) + path


def install(app: Flask) -> None:
    """Give templates these filters and the words about the page's language."""
    app.jinja_env.filters.update(
        t=in_language, worded=worded, markdown=markdown, day=day, number=number, listed=listed
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    app.jinja_env.globals.update(absolute=absolute, labelled=labelled, translations=translations)

    @app.context_processor
    def page_language() -> dict[str, object]:
        og_locale = {"ar": "ar_AR"}.get(language(), LOCALES[language()])
        return {"language": language(), "direction": direction(), "og_locale": og_locale}

"""Languages of the portal: the code in each address, the page's direction, and Babel's locale."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from babel import Locale
from flask import current_app, g, request, url_for
from flask_babel import Babel, lazy_gettext
from werkzeug.routing import BaseConverter

from portal.catalogues import compile_stale

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Blueprint, Flask

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français", "ar": "العربية"}
"""Language code in addresses -> the language's own name, in the order of the switcher."""

LOCALES: Mapping[str, str] = {"en": "en_CA", "fr": "fr_CA", "ar": "ar"}
"""Language code -> locale for dates and numbers."""

NAMES: Mapping[str, object] = {
    "en": lazy_gettext("English"),
    "fr": lazy_gettext("French"),
    "ar": lazy_gettext("Arabic"),
}
"""Language code -> what the page's language calls it, for lists of choices."""

TRANSLATIONS = Path(__file__).parent / "translations"

babel = Babel()


class LanguageConverter(BaseConverter):
    """Matches the language at the head of an address."""

    regex = "|".join(LANGUAGES)
    part_isolating = True


def language() -> str:
    """The language of the page being made; English where an address names none."""
    chosen: str = g.get("language", "en")
    return chosen


def direction() -> str:
    """The writing direction of the page being made: `ltr` or `rtl`."""
    return Locale.parse(LOCALES[language()]).text_direction


def preferred() -> str:
    """The best of our languages for the browser that asks."""
    return request.accept_languages.best_match(list(LANGUAGES), default="en") or "en"


def speak(blueprint: Blueprint) -> Blueprint:
    """Put a room's addresses under `/<language>/` and take the language out of them before its views run."""

    @blueprint.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.language = (values or {}).pop("lang", "en")

    blueprint.url_prefix = "/<language:lang>" + (blueprint.url_prefix or "")
    return blueprint


def install(app: Flask) -> None:
    """Teach the application its languages.

    Raises:
        CatalogueError: when a language's texts are not compiled and cannot be.
    """
    compile_stale(TRANSLATIONS)
    app.url_map.converters["language"] = LanguageConverter
    babel.init_app(app, locale_selector=lambda: LOCALES[language()])

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = language()


@contextmanager
def away(app: Flask, code: str) -> Iterator[None]:
    """A context for pages and messages that nobody asked for through the web: in a language, with addresses.

    Args:
        app: the portal.
        code: the language to write in.
    """
    # A context of its own: within another one, the page around would speak this language afterwards.
    with app.app_context(), app.test_request_context(base_url=app.config["PORTAL"].public_url):
        g.language = code
        yield


@dataclass(frozen=True, slots=True)
class Translation:
    """The present page in one language; `current` when it is the one being read."""

    code: str
    name: str
    href: str
    direction: str
    current: bool


def translations() -> list[Translation]:
    """The present page in each language, itself included, in the order of the switcher."""
    return [
        Translation(
            code,
            name,
            _same_page(code),
            Locale.parse(LOCALES[code]).text_direction,
            current=code == language(),
        )
        for code, name in LANGUAGES.items()
    ]


def _same_page(code: str) -> str:
    if request.path[1:3] not in LANGUAGES or request.endpoint is None:
        return url_for("home.index", lang=code)
    query = request.query_string.decode("ascii", "ignore")
    return f"/{code}{quote(request.path[3:])}" + (f"?{query}" if query else "")

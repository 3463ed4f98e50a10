"""The language of the staff's pages: the person's own, unless the session chose another by `?lang=`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from babel import Locale
from flask import g, request, session

from portal.identity import people
from portal.languages import LANGUAGES, LOCALES, Translation, language, preferred

if TYPE_CHECKING:
    from flask import Flask

KEY = "lang"


def choose() -> None:
    """Set the language of a staff page."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session[KEY] = asked
    chosen = session.get(KEY)
    if chosen not in LANGUAGES:
        person = people.person()
        chosen = person.language if person else preferred()
    g.language = chosen if chosen in LANGUAGES else "en"


def translations() -> list[Translation]:
    """The present staff page in each language, itself included."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return [
        Translation(
            code,
            name,
            f"{request.path}?{urlencode([*kept, ('lang', code)])}",
            Locale.parse(LOCALES[code]).text_direction,
            current=code == language(),
        )
        for code, name in LANGUAGES.items()
    ]


def install(app: Flask) -> None:
    """Give templates the switch of the staff's pages."""
    app.add_template_global(translations, "staff_translations")

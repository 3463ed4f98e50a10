"""The wave that an address of the staff area names, found before any view of it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, g, url_for
from flask_babel import lazy_gettext as _l

from surveys.responses import waves
from surveys.responses.model import UnknownSurvey

if TYPE_CHECKING:
    from flask import Blueprint

    from surveys.questionnaire.model import Questionnaire
    from surveys.responses.model import Wave, WaveError

ADDRESS = "/<slug>/<name>"
"""How a wave stands in an address: the survey's slug and the wave's name."""


def brings_wave(blueprint: Blueprint) -> Blueprint:
    """Let a blueprint's views find the wave of their address with `wave()`."""

    @blueprint.url_value_preprocessor
    def find(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if not values or "slug" not in values:
            return
        try:
            g.wave = waves.find(f"{values.pop('slug')}@{values.pop('name')}")
        except UnknownSurvey:
            abort(404)

    @blueprint.url_defaults
    def keep(_endpoint: str, values: dict[str, Any]) -> None:
        if values.pop("own", False):
            values.update(slug=wave().survey, name=wave().name)

    return blueprint


def wave() -> Wave:
    """The wave of the present address."""
    found: Wave = g.wave
    return found


def questionnaire() -> Questionnaire:
    """What it asks."""
    return waves.questionnaire(wave())


def own(endpoint: str, **values: Any) -> str:
    """The address of a page of the present wave."""
    return url_for(endpoint, slug=wave().survey, name=wave().name, **values)


def refusal(error: WaveError) -> str:
    """Why a wave cannot change that way, in the page's language."""
    sentences = {
        "version": _l(
            "The version “%(version)s” cannot name a wave. Write letters, digits, dots and dashes."
        ),
        "has_responses": _l(
            "The wave %(wave)s has responses and keeps its questionnaire. Give the changed one a new version."
        ),
        "demonstration": _l("The demonstration takes no answers and cannot be opened."),
        "languages": _l(
            "The questionnaire has no texts in these languages: %(missing)s. Add them, give it a new "
            "version, and bring it in again."
        ),
        "erased": _l("The answers of this wave were erased. It cannot be opened again."),
        "identifiers": _l(
            "It was erased who answered this survey, so nobody can be invited to it: an organization that "
            "has answered already could not be told, and would count twice."
        ),
        "other_open": _l("The wave %(wave)s is open. Close it first."),
    }
    return str(sentences[error.code]) % error.params


def ident(of: Wave) -> str:
    """How the activity log names a wave."""
    return f"{of.survey}@{of.name}"

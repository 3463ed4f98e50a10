"""Questionnaires as they were asked: each version is kept for good and read once per process."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from surveys.questionnaire.reader import read
from surveys.responses import store

if TYPE_CHECKING:
    from surveys.questionnaire.model import Questionnaire
    from surveys.responses.model import Pinned


def keep(source: str, filename: str) -> Questionnaire:
    """Keep a version of a questionnaire, inside a transaction; keeping it twice is keeping it once.

    Raises:
        QuestionnaireError: when the source is not a sound questionnaire.
    """
    found = read(source, filename)
    store.Instrument.insert(
        hash=found.hash, filename=filename, source=source, created_at=store.now()
    ).on_conflict_ignore().execute()
    return found


def questionnaire(pinned: Pinned) -> Questionnaire:
    """The questionnaire that a wave asks or that a draft is answered under.

    Args:
        pinned: a wave or a draft.

    Raises:
        LookupError: when that version is not kept here.
    """
    return by_hash(pinned.survey, pinned.hash)


@lru_cache(maxsize=64)
def by_hash(slug: str, wanted: str) -> Questionnaire:
    """The version of a hash, named as its survey is named here.

    Raises:
        LookupError: when that version is not kept here.
    """
    row = store.Instrument.get_or_none(store.Instrument.hash == wanted)
    if row is None:
        raise LookupError(wanted)
    return replace(read(row.source, row.filename), slug=slug)

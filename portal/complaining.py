"""The engine's complaints about a questionnaire's file, said in the page's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from surveys.questionnaire.complaints import Said
from surveys.questionnaire.sentences import SENTENCES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from surveys.questionnaire.complaints import Complaint


def sentence(message: str) -> str:
    """A message of the engine in the page's language, what it is put together from included.

    Args:
        message: said by a code, or words that the engine had from elsewhere, which stay as they are.
    """
    if not isinstance(message, Said):
        return message
    values = {
        name: sentence(value) if isinstance(value, str) else value for name, value in message.values.items()
    }
    return str(gettext(SENTENCES[message.code]) % values).rstrip()


def lines(complaints: Iterable[Complaint]) -> list[tuple[str, str]]:
    """Complaints for a page, each once: the place in the file, and what is wrong there."""
    return list(dict.fromkeys((each.place, sentence(each.message)) for each in complaints))

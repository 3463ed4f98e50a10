"""What a respondent's browser sent: read, bounded, and handed to the engine for checking."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from flask import abort, request

from surveys.questionnaire.answers import PageCheck, PostError, check_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveys.questionnaire.model import Page, Questionnaire
    from surveys.responses.model import Draft

    Posted = Mapping[str, Sequence[str]]

QUOTED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"

MAX_FIELDS = 1_000
MAX_DIGITS = 10
"""Fields of a post, and digits of a revision."""

UNREADABLE = "\ufffd"
"""What is left of bytes of a multipart form that were no UTF-8."""


def bounded() -> None:
    """Refuse a request with too many fields, also one that needs none."""
    if len(request.form) > MAX_FIELDS:
        abort(413)


def posted() -> dict[str, list[str]]:
    """The form fields of the present request.

    Refused whole when it is no form, has no field or too many, or its text is not readable: nothing of such a
    post may be taken for an answer, least of all for a cleared one.
    """
    if request.mimetype not in {QUOTED, MULTIPART}:
        abort(415)
    if request.mimetype == QUOTED:
        try:  # Werkzeug would keep such bytes as they were quoted, "%E9"
            unquote_to_bytes(request.get_data()).decode()
        except UnicodeDecodeError:
            abort(400)
    bounded()
    fields = {field: request.form.getlist(field) for field in request.form}
    texts = (text for field, given in fields.items() for text in (field, *given))
    if not fields or (request.mimetype == MULTIPART and any(UNREADABLE in text for text in texts)):
        abort(400)
    return fields


def check(
    draft: Draft, questionnaire: Questionnaire, page: Page, sent: Posted, shown: frozenset[str] | None
) -> PageCheck:
    """The engine's judgement of a page; a post that no form of ours can have sent is refused whole."""
    answers = {name: texts for name, texts in sent.items() if not name.startswith(":")}
    try:
        return check_page(questionnaire, page, answers, draft.answers, shown)
    except PostError:
        abort(400)


def shown(sent: Posted) -> frozenset[str] | None:
    """The questions in view when the page was sent; None when it does not say."""
    return frozenset(sent[":shown"][0].split()) if ":shown" in sent else None


def revision(draft: Draft, sent: Posted) -> int | None:
    """The revision the page started from; None when it does not say. A tampered one is refused."""
    text = (sent.get(":revision") or [""])[0]
    if not text:
        return None
    if not (len(text) < MAX_DIGITS and text.isascii() and text.isdecimal() and int(text) <= draft.revision):
        abort(400)
    return int(text)

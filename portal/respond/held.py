"""What the portal holds of those who answer: names, contacts, links, answers, and what was not stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _

from portal.privacy import holdings
from surveys.responses import drafts, erasure, store

if TYPE_CHECKING:
    from portal.privacy.holdings import Subject


def _export(subject: Subject) -> list[dict[str, Any]]:
    entries = [_entry(number) for number in subject.participant_ids]
    for key in subject.response_ids:
        entries += _about_person(key, subject.email) if subject.email else _response(key)
    return entries


def _entry(number: int) -> dict[str, Any]:
    row = store.Participant.get_by_id(number)
    contact = store.Contact.get_or_none(store.Contact.participant == number)
    return {
        "kept": "participant",
        "wave": _wave(row.wave),
        "organization": row.organization,
        "email": contact.email if contact else None,
        "language": contact.language if contact else None,
    }


def _response(key: str) -> list[dict[str, Any]]:
    row = store.Response.get_by_id(key)
    entries = [
        {
            "kept": "response",
            "wave": _wave(row.wave),
            "state": row.state,
            "language": row.language,
            "verified": row.verified,
            "begun": row.created_day,
            "submitted": _moment(row.submitted_at),
            "corrected": _moment(row.corrected_at),
            "receipt": row.receipt,
            "answers": row.answers,
            "submitted_answers": row.submitted_answers,
            "earlier_answers": row.history,
        }
    ]
    entries += [_parked(post) for post in drafts.parked(key)]
    links = store.Token.select().where(store.Token.response == key).order_by(store.Token.created_day)
    return entries + [{"kept": "link", "made": link.created_day} for link in links]


def _about_person(key: str, email: str) -> list[dict[str, Any]]:
    """What a response says of one person; its other answers are its organization's."""
    row = store.Response.get_by_id(key)
    fields = erasure.fields_about(key, email)
    entries: list[dict[str, Any]] = []
    if fields:
        entries.append({"kept": "answers that name the person", "wave": _wave(row.wave), "answers": fields})
    return entries + [
        _parked(post) for post in drafts.parked(key) if erasure.mentions(dict(post.posted), email)
    ]


def _parked(post: drafts.ParkedPost) -> dict[str, Any]:
    return {"kept": "typed and not stored", "typed": dict(post.posted), "at": _moment(post.at)}


def _erase(subject: Subject) -> int:
    if subject.email is not None:
        counts = erasure.erase_address(subject.email, subject.participant_ids, subject.response_ids)
    else:
        counts = erasure.erase_organization(subject.participant_ids, subject.response_ids)
    return sum(counts.values())


def _wave(row: store.Wave) -> str:
    return f"{row.survey.slug}@{row.name}"


def _moment(at: int | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat()


def register() -> None:
    """Let privacy requests find what was answered, and by whom."""
    holdings.register(
        holdings.Holding(
            name="answers",
            title=_("Survey answers, and who gave them"),
            export=_export,
            erase=_erase,
            covers=("participant", "contact", "response", "parked", "token", "release_record", "tally"),
            keeps=_(
                "Published releases stay: they hold protected counts alone. Of each response its receipt "
                "code and its days stay, without a name."
            ),
        )
    )

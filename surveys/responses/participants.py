"""Personal links, and the staff's acceptance of answers that came by the open one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.responses import changes, drafts, erasure, store
from surveys.responses.model import UnknownParticipant, WaveClosed, WaveError, Withdrawn
from surveys.responses.rows import locked_survey, wave_value
from surveys.responses.submission import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from surveys.responses.model import Wave


def invite(wave: Wave, organization: str, language: str = "en") -> str:
    """Make a personal link; what is answered by it is verified.

    An organization has one response in a wave: inviting it again gives one more key to the same.

    Args:
        wave: the wave, open or still in preparation.
        organization: its name, kept apart from its answers.
        language: the language the response begins in.

    Returns:
        The token for the link, known only now.

    Raises:
        WaveClosed: when the wave is over.
        WaveError: when it was erased who answered.
        Withdrawn: when the organization has withdrawn its response.
        ValueError: for a name that is empty or too long.
    """
    with store.write():
        return token(enrol(wave, organization, language))


def enrol(wave: Wave, organization: str, language: str = "en", email: str | None = None) -> int:
    """Enter an organization in a wave, with no key to its response yet; twice is the same as once.

    Args:
        wave: the wave, open or still in preparation.
        organization: its name, kept apart from its answers.
        language: the language it is written to in, and that its response begins in.
        email: where it is written to, as checked by the caller; None leaves what is known.

    Returns:
        The participant's id.

    Raises:
        WaveClosed: when the wave is over.
        WaveError: when it was erased who answered: see `erasure.identifiers_erased`.
        Withdrawn: when the organization has withdrawn its response.
        ValueError: for a name that is empty or too long.
    """
    name = " ".join(organization.split())
    longest = store.Participant.organization.max_length
    if not 0 < len(name) <= longest:
        raise ValueError(f"An organization's name has 1 to {longest} characters, this one {len(name)}.")
    row = store.Participant
    with store.write():
        locked_survey(wave.survey)
        own = store.Wave.get_by_id(wave.id)
        if own.state == "closed":
            raise WaveClosed(own.state)
        known = row.get_or_none((row.wave == own) & (row.organization == name))
        if known is None and erasure.identifiers_erased(wave):
            raise WaveError(
                f"It was erased who answered {wave.survey}@{own.name}, so nobody can be invited to it: an "
                "organization that has answered already could not be told, and would count twice.",
                "identifiers",
            )
        if known is None:
            response = drafts.prepare(own, language, verified=True)
            known = row.create(wave=own, organization=name, response=response)
        elif known.response.state == "withdrawn":
            raise Withdrawn(f"{name} has withdrawn its response.")
        if email is not None:
            store.Contact.insert(participant=known, email=email, language=language).on_conflict(
                conflict_target=[store.Contact.participant],
                update={store.Contact.email: email, store.Contact.language: language},
            ).execute()
        return int(known.id)


def token(participant_id: int) -> str:
    """One more key to an organization's response, known only now.

    Raises:
        UnknownParticipant: when it is no longer held, or has withdrawn.
    """
    found = store.Participant.get_or_none(store.Participant.id == participant_id)
    if found is None or found.response.state == "withdrawn":
        raise UnknownParticipant(participant_id)
    return drafts.new_token(found.response_id)


def wave_of(participant_id: int) -> Wave:
    """The wave an organization is entered in.

    Raises:
        UnknownParticipant: when it is no longer held.
    """
    found = store.Participant.get_or_none(store.Participant.id == participant_id)
    if found is None:
        raise UnknownParticipant(participant_id)
    return wave_value(found.wave)


def organization(draft_id: str) -> str | None:
    """Whose personal link a response came by, None for the open link."""
    found = store.Participant.get_or_none(store.Participant.response == draft_id)
    return None if found is None else found.organization


def by_receipt(wave: Wave, code: str) -> str | None:
    """The id of the submitted response with a receipt code, however it is written, or None."""
    row = store.Response
    found = row.get_or_none((row.wave == wave.id) & (row.receipt == tidy(code)) & (row.state == "submitted"))
    return None if found is None else found.id


def accept(wave: Wave, codes: Iterable[str] | None) -> int:
    """Accept submitted responses, once it is confirmed that each comes from an organization.

    Args:
        wave: the wave.
        codes: receipt codes, however they are written; None for every submitted response of the wave.

    Returns:
        How many are verified now that were not before.
    """
    row = store.Response
    found = row.select(row.id).where((row.wave == wave.id) & (row.state == "submitted") & ~row.verified)
    if codes is not None:
        found = found.where(row.receipt.in_([tidy(code) for code in codes]))
    with store.write():
        # All are locked, in one order, before the feed is: whoever submits takes them in that order too.
        locked = [store.lock(row, key) for key in sorted(each.id for each in found)]
        accepted = [each for each in locked if not each.verified and each.submitted_revision is not None]
        for each in accepted:
            each.verified = True
            each.save(only=[row.verified])
            changes.append(
                "accepted",
                wave=wave.id,
                response=each.id,
                revision=each.submitted_revision or 0,
                at=store.now(),
            )
        return len(accepted)

"""Who answered, as values: waves, responses, receipts and releases, and what may be refused.

Everything here is frozen and knows nothing of the database. Times are whole seconds of UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveys.questionnaire.model import Answers, Value
    from surveys.questionnaire.routing import Place

State = Literal["draft", "open", "closed"]
"""Of a wave: being prepared, taking answers, over."""

Entry = Literal["verified", "open"]
"""Whose answers of a wave enter a base: verified ones only, or everybody's."""


class UnknownSurvey(LookupError):  # noqa: N818 - named as what it says, like the standard LookupError
    """There is no survey, or no wave, of this name."""


class UnknownToken(LookupError):  # noqa: N818 - as above
    """No response is opened by this link, or there is no such response."""


class UnknownParticipant(LookupError):  # noqa: N818 - as above
    """No organization is entered under this number any more."""


class NothingSubmitted(LookupError):  # noqa: N818 - as above
    """The wave has no submitted response yet; the message is a sentence for the operator."""


class WaveError(Exception):
    """The wave cannot change that way now; the message is a sentence for the operator.

    Attributes:
        code: why, for those who say it in another language.
        params: what the sentence names.
    """

    def __init__(self, sentence: str, code: str = "", **params: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.params: Mapping[str, str] = params


class NumberTaken(Exception):  # noqa: N818 - as above
    """Another release took this number meanwhile; build again under the next."""


class Withdrawn(Exception):  # noqa: N818 - as above
    """The respondent has withdrawn the response."""


class WaveClosed(Exception):  # noqa: N818 - as above
    """The wave takes no answers.

    Attributes:
        state: the wave's state, `draft` before it opens and `closed` after.
    """

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Incomplete(Exception):  # noqa: N818 - as above
    """Required answers are missing, or given ones do not hold any more.

    Attributes:
        places: where, in the order asked.
    """

    def __init__(self, places: tuple[Place, ...]) -> None:
        super().__init__(places)
        self.places = places


class Pinned(Protocol):
    """What goes by one version of a questionnaire: a wave or a draft."""

    @property
    def survey(self) -> str:
        """The survey's slug."""

    @property
    def hash(self) -> str:
        """The questionnaire's hash."""


@dataclass(frozen=True, slots=True)
class Wave:
    """One fielding of a survey.

    Attributes:
        survey: the survey's slug; `survey@name` names the wave.
        hash: of the questionnaire it asks.
        demonstration: its answers are invented.
    """

    id: str
    survey: str
    name: str
    hash: str
    state: State
    entry: Entry
    demonstration: bool
    opened_at: int | None
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of having submitted: the code, the how-manieth of the wave, and when it first was."""

    code: str
    number: int
    at: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A response just begun, and the token for its link (known only now)."""

    response_id: str
    token: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A response as its respondent sees it.

    Attributes:
        hash: of the questionnaire it is answered under.
        verified: it came by a personal link, or the staff accepted it.
        answers: as they are being edited, those off the path included.
        submitted_answers: as submitted last; they stand until a correction is submitted.
        receipt: None until first submitted.
    """

    id: str
    survey: str
    wave: Wave
    hash: str
    state: Literal["draft", "submitted", "withdrawn", "erased"]
    language: str
    verified: bool
    revision: int
    answers: Answers
    submitted_answers: Answers | None
    submitted_revision: int | None
    receipt: Receipt | None

    @property
    def correcting(self) -> bool:
        """Whether something was changed since it was submitted."""
        return self.submitted_revision is not None and self.revision > self.submitted_revision


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two different answers to one question: `theirs` is stored, `mine` is parked; None is a cleared one."""

    mine: Value | None
    theirs: Value | None


@dataclass(frozen=True, slots=True)
class Saved:
    """The response's revision after a save, and by field what could not be merged."""

    revision: int
    conflicts: Mapping[str, Conflict]


@dataclass(frozen=True, slots=True)
class ParkedPost:
    """Something typed that was not stored as an answer.

    Attributes:
        reason: `invalid`, `stale`, `conflict` or `closed`.
        posted: field -> texts, as a form posts them.
    """

    id: int
    page: str
    reason: str
    posted: Mapping[str, Sequence[str]]
    at: int


@dataclass(frozen=True, slots=True)
class Record:
    """One submitted response; `answers` are those on its path, calculations included.

    Attributes:
        submitted_day: the UTC day it was first submitted, YYYY-MM-DD.
        revision: grows with each correction.
    """

    id: str
    verified: bool
    language: str
    submitted_day: str
    answers: Answers
    revision: int = 1


@dataclass(frozen=True, slots=True)
class StoredRelease:
    """A release as recorded; `body` is its canonical JSON and `sha256` the body's hash, hexadecimal."""

    survey: str
    wave_id: str
    wave: str
    demonstration: bool
    number: int
    body: str
    sha256: str
    created_at: int

"""What is wrong with a questionnaire's file: where it stands, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from surveys.questionnaire.sentences import SENTENCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Said(str):
    """A sentence in English that remembers how it was made, so that it can be said in another language.

    Attributes:
        code: its key in `sentences.SENTENCES`.
        values: what its places are filled with; a text among them may be said itself.
    """

    __slots__ = ("code", "values")

    code: str
    values: Mapping[str, str | int]


def said(code: str, /, **values: str | int) -> Said:
    """A sentence by its code.

    Args:
        code: a key of `sentences.SENTENCES`.
        values: what its places are filled with.
    """
    sentence = Said((SENTENCES[code] % values).rstrip())  # what hangs on behind may be nothing
    sentence.code, sentence.values = code, values
    return sentence


@dataclass(frozen=True, order=True, slots=True)
class Complaint:
    """One problem of a file.

    Attributes:
        line: counted from 1.
        key: where in the entry, such as `label.fr` or `relevant`; empty when the whole line is meant.
        message: what is wrong and what to write instead; a `Said` where it can be said in another language.
    """

    file: str
    line: int
    key: str
    message: str

    @property
    def place(self) -> str:
        """File, line and key, as compilers print them."""
        return f"{self.file}:{self.line}: {self.key}" if self.key else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        """The complaint on one line."""
        return f"{self.place}: {self.message}"


class QuestionnaireError(Exception):
    """A file that cannot be used as a questionnaire; carries every problem found, in the order of the file.

    Attributes:
        complaints: the problems, at least one.
    """

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__("\n".join(str(complaint) for complaint in complaints))
        self.complaints = tuple(complaints)


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """A "did you mean" for a misspelt name.

    Args:
        wrong: what was written.
        known: what could have been meant.

    Returns:
        A sentence, or nothing when no known name is close.
    """
    close = get_close_matches(wrong, sorted(known), n=1)
    return said("did_you_mean", name=close[0]) if close else ""


class Complaints:
    """Collects the complaints about one file while it is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: set[Complaint] = set()

    def add(self, line: int, key: str, message: str) -> None:
        """Note a problem; saying the same twice counts once."""
        self._found.add(Complaint(self.file, line, key, message))

    def all(self) -> tuple[Complaint, ...]:
        """The complaints in the order of the file."""
        return tuple(sorted(self._found))

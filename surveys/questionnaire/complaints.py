"""What is wrong with a questionnaire's file: where it stands, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, order=True, slots=True)
class Complaint:
    """One problem of a file.

    Attributes:
        line: counted from 1.
        key: where in the entry, such as `label.fr` or `relevant`; empty when the whole line is meant.
        message: what is wrong and what to write instead.
    """

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        """The complaint on one line, as compilers print it."""
        place = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}: {place}{self.message}"


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
        A sentence that starts with a space, or nothing when no known name is close.
    """
    close = get_close_matches(wrong, sorted(known), n=1)
    return f" Did you mean “{close[0]}”?" if close else ""


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

"""What kinds of work there are: tasks by name, and which run periodically. Declared in code, at import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Work = Callable[..., Mapping[str, Any] | None]

Function = TypeVar("Function", bound="Work")


class UnknownTaskError(LookupError):
    """No task has this name."""


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work.

    Attributes:
        name: its name in the database; never given to another kind of work.
        title: what it is called on pages, a lazy sentence.
        function: called with a `Running` and the job's arguments. It may be called again for the same job,
            so it must be able to go on from what an earlier call left.
    """

    name: str
    title: object
    function: Work


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work that is started again and again.

    Attributes:
        name: its name in the database.
        task: the task, which is called without arguments.
        every: seconds from one start to the next.
    """

    name: str
    task: str
    every: int


TASKS: dict[str, Task] = {}
PERIODIC: dict[str, Periodic] = {}


def task(name: str, *, title: object = "") -> Callable[[Function], Function]:
    """Make a function the work behind a name.

    Args:
        name: unique, in small letters with hyphens.
        title: what pages call it, as a lazy sentence; the name when left out.

    Raises:
        ValueError: when the name is taken.
    """

    def register(function: Function) -> Function:
        if name in TASKS:
            raise ValueError(f"Two tasks are called {name!r}.")
        TASKS[name] = Task(name, title or name, function)
        return function

    return register


def periodic(name: str, *, task: str, every: int) -> None:
    """Let a task run periodically, for the first time one period after a worker first knows of it.

    Args:
        name: unique; usually the task's own.
        task: a task that takes no arguments.
        every: seconds between two starts.

    Raises:
        ValueError: when the name is taken or the period is none.
    """
    if name in PERIODIC or every <= 0:
        raise ValueError(f"Periodic work {name!r} is declared twice, or without a period.")
    PERIODIC[name] = Periodic(name, task, every)


def find(name: str) -> Task:
    """The task of a name.

    Raises:
        UnknownTaskError: when there is none.
    """
    try:
        return TASKS[name]
    except KeyError:
        raise UnknownTaskError(f"No task is called {name!r}.") from None


def titles() -> dict[str, object]:
    """Task -> what pages call it."""
    return {one.name: one.title for one in TASKS.values()}


def title(name: str) -> object:
    """What pages call a task; its name when it is not known any more."""
    return TASKS[name].title if name in TASKS else name

"""How commands end when something is refused: one sentence on the error stream, and a status not zero."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from portal import database
from surveys.questionnaire.complaints import QuestionnaireError
from surveys.responses.model import (
    NothingSubmitted,
    NumberTaken,
    UnknownSurvey,
    WaveClosed,
    WaveError,
    Withdrawn,
)
from surveys.responses.profiles import ProfileError
from surveys.responses.store import StoreError
from surveys.responses.wave_keys import KeyFileError

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")

SENTENCES = (NothingSubmitted, Withdrawn, WaveError, StoreError, KeyFileError, ProfileError)
"""Errors whose message is a sentence for whoever runs the portal."""

NOT_SET_UP = "The database is not set up. Run `flask --app app init` first."


def plain(command: Command) -> Command:
    """Say an expected refusal in a sentence instead of a traceback."""

    @wraps(command)
    def careful(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except QuestionnaireError as error:
            raise click.ClickException("\n".join(str(complaint) for complaint in error.complaints)) from None
        except UnknownSurvey as error:
            raise click.ClickException(
                f"There is no survey or wave {error.args[0]!r}. `flask --app app survey list` names them all."
            ) from None
        except WaveClosed as error:
            raise click.ClickException(f"The wave is {error.state}: it takes no answers.") from None
        except NumberTaken:
            raise click.ClickException("Another release was recorded meanwhile; run it again.") from None
        except SENTENCES as error:
            raise click.ClickException(str(error)) from None
        except database.Fault:
            if not database.pending():
                raise
            raise click.ClickException(
                "The database is not set up. Run `flask --app app init` first."
            ) from None

    return careful  # type: ignore[return-value]

"""Whether the portal can do its work: every part that can fail, each asked within a bounded time."""

from __future__ import annotations

import shutil
import tempfile
from typing import TYPE_CHECKING

from flask import current_app

from portal import database, jobs, languages, mail, secret
from portal.operators.bounded import Question, SlowError
from surveys.responses import releases, store, wave_keys, waves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from portal.config import Settings

ROOM, SHARE = 200_000_000, 0.02
"""Bytes that must be free, or the share of a disk too small for that."""

WORKER_SILENT = 60
MAIL_STUCK = 3600
"""Seconds after which a worker is missed, and after which a waiting message tells that mail is stuck."""


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings


def database_problem() -> str | None:
    """What is wrong with the database."""
    try:
        pending = database.pending()
    except database.Fault:
        return "The database cannot be reached."
    if pending:
        return f"The database lacks {len(pending)} migration(s); run: flask --app app upgrade."
    return None


def disk_problem() -> str | None:
    """What is wrong with the instance folder."""
    folder = _settings().instance
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"ready?")
        usage = shutil.disk_usage(folder)
    except OSError as error:
        return f"The instance folder cannot be written to: {error.strerror}."
    return space_problem(usage.free, usage.total)


def space_problem(free: int, total: int) -> str | None:
    """What is wrong with the space on a disk, in bytes."""
    if free >= min(ROOM, SHARE * total):
        return None
    return f"The disk of the instance folder is nearly full: {free // 1_000_000} MB are free."


def catalogues_problem() -> str | None:
    """What is wrong with the texts in other languages."""
    missing = [
        code
        for code in languages.LANGUAGES
        if code != "en" and not (languages.TRANSLATIONS / code / "LC_MESSAGES" / "messages.mo").exists()
    ]
    if not missing:
        return None
    return f"The texts of these languages are not compiled: {', '.join(missing)}; run: make compile."


def keys_problem() -> str | None:
    """What is wrong with the portal's secret, and with the keys of waves whose figures are public."""
    settings = _settings()
    try:
        if settings.secret_key is None:
            wave_keys.key(settings.keys, secret.NAME, make=False)  # asking must not make a new one
        for survey in {wave.survey for wave in waves.surveys()}:
            for wave in waves.waves(survey):
                if releases.latest_of(wave) is not None:
                    wave_keys.key(settings.keys, wave.id, make=False)
    except (wave_keys.KeyFileError, OSError):
        return "A key in the instance folder is missing or cannot be read; restore it from a backup."
    except database.Fault:
        return None  # that the database is away is said by its own question
    return None


def worker_problem() -> str | None:
    """What is wrong with the worker."""
    try:
        seen = jobs.worker_seen()
    except database.Fault:
        return None  # as above
    if seen is None or store.now() - seen > WORKER_SILENT:
        return f"No worker was heard of in the last {WORKER_SILENT} seconds; messages and jobs wait."
    return None


def mail_problem() -> str | None:
    """What is wrong with mail."""
    try:
        waiting = mail.oldest_waiting()
    except database.Fault:
        return None  # as above
    if waiting is not None and waiting >= MAIL_STUCK:
        return f"A message has waited for {waiting // MAIL_STUCK} hour(s) to be sent."
    return None


QUESTIONS: Mapping[str, Question[str | None]] = {
    "database": Question(database_problem),
    "disk": Question(disk_problem),
    "texts": Question(catalogues_problem),
    "keys": Question(keys_problem),
    "worker": Question(worker_problem),
    "mail": Question(mail_problem),
}


def problems(app: Flask) -> list[str]:
    """Everything that keeps the portal from its work, each as a sentence."""
    found = []
    for name, question in QUESTIONS.items():
        try:
            problem = question.answer(app)
        except SlowError:
            problem = f"The check of the {name} does not come to an end."
        if problem is not None:
            found.append(problem)
    return found

"""Questionnaires: checked, brought in, opened and closed, and personal links to them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from flask import current_app, url_for
from flask.cli import with_appcontext

from portal import audit, content, fieldwork, mail
from portal.commands.wording import plain
from portal.filters import absolute
from surveys.questionnaire import lint, xlsform
from surveys.questionnaire.reader import read
from surveys.responses import arrivals, participants, store, waves

if TYPE_CHECKING:
    from collections.abc import Callable

    from surveys.questionnaire.complaints import Complaint

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def survey() -> None:
    """Questionnaires and their waves; S is a slug, or slug@wave."""


@survey.command()
@click.argument("file", type=FILE)
@plain
def check(file: Path) -> None:
    """Read a questionnaire and say what is wrong with it, and how long it takes."""
    source, placed = _source(file, str(file))
    report = lint.lint(read(source, str(file)))
    remarks = list(dict.fromkeys(str(placed(complaint)) for complaint in report.complaints))
    for remark in remarks:
        click.echo(remark)
    click.echo(f"{file}: {len(remarks)} remark(s)." if remarks else f"{file}: reads well.")
    for path in (report.longest, *report.paths):
        where = f"{path.question} = {path.value}" if path.question else "longest path"
        click.echo(f"  {where}: {path.questions} questions, about {path.minutes:.1f} minutes")


@survey.command("import")
@click.argument("file", type=FILE)
@click.option("--slug", default=None, help="The survey's name in addresses; the file's own by default.")
@with_appcontext
@plain
def bring_in(file: Path, slug: str | None) -> None:
    """Bring a questionnaire in as a wave."""
    if slug is not None and not SLUG.fullmatch(slug):
        raise click.ClickException(
            f"{slug!r} cannot stand in an address; write small letters, digits and hyphens."
        )
    source, _ = _source(file, file.name, slug)
    with store.write():
        wave = waves.add(source, file.name, slug)
        content.changed()
        audit.record("survey.imported", "wave", f"{wave.survey}@{wave.name}")
    click.echo(f"{wave.survey}@{wave.name} is {wave.state}.")


@survey.command("open")
@click.argument("name", metavar="S")
@click.option(
    "--entry",
    type=click.Choice(["verified", "open"]),
    help="Whose answers enter a base: verified ones only (the default of a new wave), or everybody's.",
)
@with_appcontext
@plain
def open_(name: str, entry: Literal["verified", "open"] | None) -> None:
    """Let a wave take answers."""
    with store.write():
        wave = fieldwork.open_wave(waves.find(name))
        if entry is not None:
            wave = waves.set_entry(wave, entry)
        content.changed()
        audit.record("survey.opened", "wave", f"{wave.survey}@{wave.name}", entry=wave.entry)
    unverified = " Unverified answers count too." if wave.entry == "open" else ""
    click.echo(f"{wave.survey}@{wave.name} is open.{unverified}")


@survey.command()
@click.argument("name", metavar="S")
@with_appcontext
@plain
def close(name: str) -> None:
    """End a wave."""
    with store.write():
        wave = waves.close_wave(waves.find(name))
        content.changed()
        audit.record("survey.closed", "wave", f"{wave.survey}@{wave.name}")
    click.echo(f"{wave.survey}@{wave.name} is closed.")


@survey.command("list")
@with_appcontext
@plain
def list_() -> None:
    """Name the surveys and their waves."""
    for current in waves.surveys():
        for wave in waves.waves(current.survey):
            kind = ", demonstration" if wave.demonstration else ""
            click.echo(f"{wave.survey}@{wave.name}: {wave.state}{kind}")


@survey.command()
@click.argument("name", metavar="S")
@click.argument("organizations", nargs=-1, required=True)
@click.option("--language", type=click.Choice(["en", "fr", "ar"]), default="en", show_default=True)
@with_appcontext
@plain
def invite(name: str, organizations: tuple[str, ...], language: str) -> None:
    """Print a personal link for each organization; what is answered by it is verified."""
    wave = waves.find(name)
    settings = current_app.config["PORTAL"]
    public = settings.base_url or f"http://localhost:{os.environ.get('PORT', '8000')}"
    with current_app.test_request_context(base_url=public):  # addresses are only known within a request
        for organization in organizations:
            try:
                with store.write():
                    participant = participants.enrol(wave, organization, language)
                    token = participants.token(participant)
                    audit.record("survey.invited", "wave", f"{wave.survey}@{wave.name}", count=1)
            except ValueError as error:  # a name that is empty or too long
                raise click.ClickException(str(error)) from None
            path = url_for("respond.overview", lang=language, token=token)
            click.echo(f"{organization}\t{absolute(path)}")
            known = arrivals.participant(wave, participant)
            if known is not None and known.email is not None and mail.suppressed(known.email):
                click.echo(
                    f"{organization}: its address asked for no more mail, so the portal sends it none.",
                    err=True,
                )


def _source(file: Path, name: str, slug: str | None = None) -> tuple[str, Callable[[Complaint], Complaint]]:
    """A questionnaire's text, translated if it is a workbook, and what puts complaints about it in place."""
    if file.suffix.lower() not in xlsform.SUFFIXES:
        return _text(file), lambda complaint: complaint
    translation = xlsform.translate(file.read_bytes(), name, slug=slug)
    return translation.source, translation.placed


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(
            f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8."
        ) from None

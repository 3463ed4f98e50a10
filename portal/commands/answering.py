"""Answers and releases: records as files, acceptance of answers by the open link, and public figures."""

from __future__ import annotations

import io
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import audit, releasing
from portal.commands.wording import plain
from surveys.findings.release import NotReady
from surveys.responses import drafts, participants, records, store, waves


@click.group()
def responses() -> None:
    """Records; S is a slug, or slug@wave."""


@responses.command()
@click.argument("name", metavar="S")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; csv goes to the screen without it.",
)
@click.option("--identifiers", is_flag=True, help="Also the columns that say who answered.")
@with_appcontext
@plain
def export(name: str, form: str, out: Path | None, identifiers: bool) -> None:  # noqa: FBT001 - a command's flag
    """Write the submitted responses, exact and one by one: for the research team only."""
    wave = waves.find(name)
    if out is not None and wave.demonstration and not out.name.startswith("DEMO-"):
        out = out.with_name(f"DEMO-{out.name}")
    if form == "xlsx" and out is None:
        raise click.ClickException("An .xlsx goes to a file: add --out FILE.")
    # Written whole into memory first: a refusal leaves a file that is there already as it was.
    if form == "xlsx":
        book = io.BytesIO()
        count = records.export_xlsx(wave, book, identifiers=identifiers)
        written = book.getvalue()
    else:
        text = io.StringIO(newline="")
        count = records.export_csv(wave, text, identifiers=identifiers)
        written = text.getvalue().encode("utf-8-sig" if out else "utf-8")
    with store.write():
        where = f"{wave.survey}@{wave.name}"
        audit.record("answers.exported", "wave", where, format=form, rows=count, identifiers=identifiers)
    if out is None:
        click.echo(written, nl=False)
    else:
        try:
            out.write_bytes(written)
        except OSError as error:
            raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from None
    mark = " DEMONSTRATION DATA, made up." if wave.demonstration else ""
    click.echo(f"{count} response(s) of {wave.survey}@{wave.name}.{mark}", err=True)


@responses.command()
@click.argument("name", metavar="S")
@click.argument("codes", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Accept every submitted response.")
@with_appcontext
@plain
def accept(name: str, codes: tuple[str, ...], every: bool) -> None:  # noqa: FBT001 - a command's flag
    """Accept responses that came by the open link, by receipt code, so that they are counted."""
    if bool(codes) == every:
        raise click.ClickException("Name receipt codes, or give --all.")
    wave = waves.find(name)
    with store.write():
        count = participants.accept(wave, None if every else codes)
        if count:
            audit.record("answers.accepted", "wave", f"{wave.survey}@{wave.name}", count=count)
    if codes and not count:
        raise click.ClickException("No submitted response waits under these codes: are they of this wave?")
    click.echo(f"{count} response(s) accepted.")


@responses.command()
@click.argument("name", metavar="S")
@click.argument("code")
@with_appcontext
@plain
def withdraw(name: str, code: str) -> None:
    """Withdraw a response at its organization's wish: its answers are erased for good."""
    found = participants.by_receipt(waves.find(name), code)
    if found is None:
        raise click.ClickException(f"No submitted response has the receipt code {code!r} in this wave.")
    with store.write():
        drafts.withdraw(found)
        audit.record("answers.withdrawn", "response", found)
    click.echo("The response is withdrawn. Public figures leave it out from the next release on.")


@click.group()
def release() -> None:
    """Public figures; S is a slug, or slug@wave."""


@release.command()
@click.argument("name", metavar="S")
@click.option("--close", is_flag=True, help="Close the wave first: its last release.")
@with_appcontext
@plain
def build(name: str, close: bool) -> None:  # noqa: FBT001 - a command's flag
    """Make the next release, if it is safe to."""
    wave = waves.find(name)
    try:
        with store.write():  # a release that is refused leaves the wave open
            stored = releasing.build_release(waves.close_wave(wave) if close else wave)
            where = f"{stored.survey}@{stored.wave}"
            audit.record("release.built", "wave", where, number=stored.number)
    except NotReady as error:
        raise click.ClickException(_not_ready(name, error)) from None
    click.echo(f"Release {stored.number} of {stored.survey}@{stored.wave} is published. Drawing its charts …")
    releasing.draw_pages(current_app._get_current_object(), stored.survey)  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way to the app itself


def _not_ready(name: str, error: NotReady) -> str:
    params = error.params
    sentence = (
        f"No release: {params['new']} answer(s) were added, changed or withdrawn since the last one, "
        f"and {params['needed']} are needed, so that a release cannot tell what one organization answered."
    )
    if params["waiting"] != "0":
        sentence += (
            f" {params['waiting']} submitted answer(s) wait to be accepted: "
            f"`flask --app app responses accept {name} CODE …`, or --all."
        )
    return sentence

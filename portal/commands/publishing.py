"""The published content: looking for broken references, giving a document another name, deriving anew."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import audit, content
from portal.commands.wording import plain
from portal.thread import passages
from surveys.responses import store


@click.group("content")
def publishing() -> None:
    """What the portal publishes: case studies, facts, the toolkit."""


@publishing.command()
@with_appcontext
@plain
def check() -> None:
    """Look through everything published for references that lead nowhere."""
    faults = content.broken()
    for kind, slug, complaint in faults:
        click.echo(f"{kind} {slug}, {complaint}")
    if faults:
        raise click.ClickException(
            f"{len(faults)} reference(s) lead nowhere; correct them in the documents named."
        )
    click.echo("Every reference leads somewhere.")


@publishing.command()
@click.argument("kind")
@click.argument("slug")
@click.argument("new")
@with_appcontext
@plain
def rename(kind: str, slug: str, new: str) -> None:
    """Give the document SLUG of a KIND the name NEW; its old address leads to the new one."""
    if kind not in current_app.extensions["kinds"]:
        listed = ", ".join(current_app.extensions["kinds"])
        raise click.ClickException(f"There is no kind {kind}; there are {listed}.")
    try:
        with store.write():
            content.rename(kind, slug, new)
            audit.record("content.renamed", "content", f"{kind}/{new}", before=slug)
    except (LookupError, content.RefusedError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{kind} {slug} is called {new} now; its old address leads there.")


@publishing.command()
@with_appcontext
@plain
def rebuild() -> None:
    """Make anew what is derived from the content: lists, the thread, and what search finds."""
    derive_anew()


def derive_anew() -> None:
    """Derive all again and tell how much; an upgrade does it too, for it may derive otherwise than before."""
    number, faults = content.rebuild()
    with store.write():
        passages.index()
        content.changed()
    for fault in faults:
        click.echo(f"Left as it was: {fault}", err=True)
    click.echo(f"Derived anew from {number - len(faults)} document(s).")

"""The team from the command line: inviting somebody, and the link that makes the first account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask import current_app, url_for
from flask.cli import with_appcontext

from portal import languages, mail
from portal.commands.wording import plain
from portal.filters import absolute
from portal.identity import invitations, people
from portal.identity.roles import ROLES
from portal.languages import LANGUAGES
from surveys.responses import store

if TYPE_CHECKING:
    from flask import Flask


@click.group()
def user() -> None:
    """The research team."""


@user.command()
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(list(ROLES)))
@click.option("--name", default="", help="What the person is called; they can change it.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
@with_appcontext
@plain
def invite(email: str, roles: tuple[str, ...], name: str, language: str) -> None:
    """Invite somebody to the team; the link is printed where no mail server is set."""
    try:
        with store.write():
            made = invitations.invite(email, name, roles, language)
    except people.AddressTakenError:
        raise click.ClickException("Somebody has an account with this address.") from None
    except mail.AddressError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Invited as {', '.join(made.roles)}; the link works for {invitations.DAYS} days.")
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way to the app itself
    if app.config["PORTAL"].mail_url is None:
        found = invitations.mint(made.id)
        if found is not None:
            with languages.away(app, language):
                click.echo(absolute(url_for("accounts.invitation", token=found[1])))


def set_up_link(app: Flask, public_url: str | None = None) -> str | None:
    """A new link that makes the first account; None when somebody has one. The link before it works no more.

    Args:
        app: the portal.
        public_url: the address the portal is about to be served at; None for the one in the settings.
    """
    with app.app_context():
        token = invitations.set_up_link()
        if token is None:
            return None
        with languages.away(app, "en"):
            path = url_for("accounts.set_up", token=token)
        return (app.config["PORTAL"].base_url or public_url or app.config["PORTAL"].public_url) + path


def print_set_up_link(app: Flask, public_url: str | None = None) -> None:
    """Say how the first account is made, while there is none.

    Args:
        app: the portal.
        public_url: the address the portal is about to be served at; None for the one in the settings.
    """
    link = set_up_link(app, public_url)
    if link:
        click.echo(f"Nobody has an account yet. Make the first one here, once:\n  {link}")

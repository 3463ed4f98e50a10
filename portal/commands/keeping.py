"""Keeping the portal: backups, restoring, upgrading, and the doctor who says what is amiss."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import audit, database
from portal.backups import keys, making, restoring, running_lock
from portal.backups.model import BackupError, size
from portal.commands import examining, publishing, running
from portal.commands.wording import NOT_SET_UP, plain
from surveys.responses import store

if TYPE_CHECKING:
    from portal.backups.making import Made
    from portal.backups.model import Manifest
    from portal.config import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("destination", metavar="DEST", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="DAYS",
    help="Afterwards remove backups from the folder DEST that are older than this.",
)
@with_appcontext
@plain
def backup(destination: Path, keep: int | None) -> None:
    """Back the portal up while it runs, encrypted, and prove it by restoring it aside.

    DEST is a folder, for a file with the date in its name, or the name of a new file.
    """
    settings = _settings()
    if keep and not destination.is_dir():
        raise click.ClickException("--keep tidies a folder; name one as DEST.")
    made = making.make(settings, destination)
    making.note(settings, made)
    _tell(settings, made)
    if not database.pending():
        with store.write():
            audit.record("backup.made", "backup", made.path.name)
    if keep:
        gone = making.forget_older(destination, keep)
        click.echo(f"{len(gone)} backup(s) older than {keep} day(s) removed.")


def _tell(settings: Settings, made: Made) -> None:
    click.echo(f"Backup: {made.path} ({size(made.size)}, {made.seconds:.1f} s).")
    click.echo(f"Proved: it was read back, decrypted and compared. {made.proof}")
    if made.key.origin == "file":
        click.echo(
            f"Key: {keys.path(settings)}. Without this file nobody can read the backup, and it is not in it: "
            "keep a copy of it elsewhere, and not beside the backups."
        )
    else:
        click.echo("Key: PORTAL_BACKUP_KEY. Without it nobody can read the backup: keep it elsewhere too.")
    for folder in made.left_out:
        click.echo(f"Left out: {folder} is a link; what it leads to must be backed up by itself.", err=True)


@click.command()
@click.argument("source", metavar="SRC", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
@plain
def restore(source: Path, yes: bool) -> None:  # noqa: FBT001 - a command's flag
    """Put the backup SRC in the place of what is there; that is kept aside."""
    settings = _settings()

    def agree(manifest: Manifest, proof: str) -> bool:
        made_at = datetime.fromtimestamp(manifest.created_at, UTC)
        click.echo(f"This backup was made on {made_at:%Y-%m-%d at %H:%M} UTC by portal {manifest.portal}.")
        click.echo(proof)
        question = "Put it in the place of everything that this portal holds now? (That is kept aside.)"
        return yes or click.confirm(question)

    with running_lock.exclusive(settings.instance):
        done = restoring.restore(settings, source.absolute(), agree)
    if done is None:
        raise click.ClickException("Nothing was changed.")
    click.echo("Restored. What was there before is kept, with all the personal data in it:")
    click.echo(f"  {done.kept}")
    if done.schema:
        click.echo(f"  and the tables in the schema {done.schema} of the database")
    click.echo("Remove it once you have looked at the portal and found everything in its place.")
    if not database.pending():
        with store.write():
            audit.record("backup.restored", "backup", source.name)
    else:
        click.echo("The backup is of an older portal: run `flask --app app upgrade` before you serve it.")


@click.command()
@with_appcontext
@plain
def upgrade() -> None:
    """Bring the database to the form that this version needs; if that fails, all is put back."""
    settings = _settings()
    with running_lock.exclusive(settings.instance):
        if not examining.set_up(settings):
            raise click.ClickException(NOT_SET_UP)
        made = making.make(settings, making.own_folder(settings))
        making.note(settings, made)
        _tell(settings, made)
        try:
            running.set_up()
            publishing.derive_anew()
            with store.write():
                audit.record("upgrade.done", "portal", "")
        except BaseException as error:
            failed = f"The upgrade failed: {type(error).__name__}: {error}\n"
            try:
                restoring.restore(settings, made.path)
            except BackupError as another:
                raise click.ClickException(
                    f"{failed}The backup could not be put back either: {another}\n"
                    f"Restore it by hand when that is mended: flask --app app restore {made.path}"
                ) from error
            raise click.ClickException(
                f"{failed}The backup was put back: everything is as it was before. "
                "Go back to the version you had, or ask for help with the sentence above."
            ) from error
    click.echo("The portal is up to date. Start it again.")


@click.command()
@click.pass_context
@with_appcontext
def doctor(context: click.Context) -> None:
    """Examine the installation: what is well, what needs attention, what is broken, and the remedy."""
    findings = examining.examine(current_app.config["PORTAL"])
    for finding in findings:
        click.echo(f"{finding.state:<10} {finding.subject}: {finding.said}")
        if finding.remedy:
            click.echo(f"{'':<10} -> {finding.remedy}")
    states = [finding.state for finding in findings]
    click.echo(
        f"{len(states)} checks: {states.count(examining.OK)} ok, "
        f"{states.count(examining.ATTENTION)} need attention, "
        f"{states.count(examining.BROKEN)} broken. ({time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC)"
    )
    context.exit(1 if examining.BROKEN in states else 0)


def _settings() -> Settings:
    """The settings, for the instance's owner: what another user writes there the portal could not use."""
    settings: Settings = current_app.config["PORTAL"]
    owner = settings.instance.stat().st_uid
    if owner != os.geteuid():
        raise BackupError(
            f"{settings.instance} belongs to another user (number {owner}); run this as that user, "
            "for example with `sudo -u portal`."
        )
    return settings

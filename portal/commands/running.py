"""Setting the portal up, its demonstration, and the server."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
from flask import current_app
from flask.cli import ScriptInfo, with_appcontext

from portal import config, content, counting, database, releasing, starter
from portal.backups import running_lock
from portal.charts import drawings
from portal.commands.people import print_set_up_link
from portal.commands.wording import NOT_SET_UP, plain
from portal.jobs.keeper import Keeper
from portal.thread import passages
from surveys.responses import demo_wave, records, store, waves
from surveys.responses.demonstration import respondents
from surveys.responses.model import WaveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from surveys.questionnaire.model import Answers, Questionnaire

INSTRUMENTS = config.ROOT / "surveys" / "instruments"
SEED = 613

LONGEST_REQUEST = 15
"""Seconds in which a request that runs when the server is to end must be answered."""


@click.command()
@click.option("--demo", type=click.IntRange(0, 5000), default=0, help="Number of demonstration responses.")
@with_appcontext
@plain
def init(demo: int) -> None:
    """Make or update the database, load the starter content, optionally a demonstration."""
    set_up()
    if demo:
        _demonstrate(demo)
        content.changed()
    print_set_up_link(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way to the app itself


def set_up() -> None:
    """Bring the database and the shipped content up to date; an upgrade does it too."""
    applied = database.migrate()
    click.echo(f"Database: {len(applied)} migration(s) applied." if applied else "Database: up to date.")
    seeded = content.seed(starter.starters())
    for path in sorted(INSTRUMENTS.glob("*.yaml")):
        if path.name.count(".") == 1:
            _bring_in(path)
    for fault in seeded.left:
        click.echo(f"Content left as it was: {fault}", err=True)
    click.echo(f"Content: {seeded.written} document(s) loaded.")
    content.changed()


def _bring_in(path: Path) -> None:
    """Bring a shipped instrument in; its first wave opens, a later edit of the wave's state is kept."""
    try:
        wave = waves.add(path.read_text(encoding="utf-8"), path.name)
        first = all(other.demonstration or other.id == wave.id for other in waves.waves(wave.survey))
        if wave.state == "draft" and first:
            waves.open_wave(wave)
            click.echo(f"Survey {wave.survey}@{wave.name} is open.")
    except WaveError as error:  # a wave that has answers keeps its questionnaire; all else goes on
        click.echo(f"{path.name} was left as it is: {error}", err=True)


def _demonstrate(count: int) -> None:
    for wave in waves.surveys():
        profile = INSTRUMENTS / f"{wave.survey}.demo.yaml"
        if not profile.exists():
            continue
        source = profile.read_text(encoding="utf-8")

        def invent(questionnaire: Questionnaire, number: int, source: str = source) -> Iterator[Answers]:
            return respondents(questionnaire, source, number, SEED)

        made = demo_wave.demonstration(wave.survey, count, invent)
        number = len(records.records(made))
        click.echo(f"Demonstration: {number} invented organizations have answered {made.survey}@{made.name}.")
        if releasing.build_if_ready(made):
            click.echo("Demonstration: release built. Drawing its charts …")
            releasing.draw_pages(current_app._get_current_object(), made.survey)  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way to the app itself
            counting.count(made)


@click.group()
def demo() -> None:
    """The demonstration wave."""


@demo.command()
@with_appcontext
@plain
def remove() -> None:
    """Take the demonstration wave and everything made from it away."""
    gone = demo_wave.remove_demonstration()
    releasing.forget_keys(gone)
    drawings.forget()
    with store.write():
        passages.index()
        content.changed()
    click.echo(f"Demonstration: {len(gone)} wave(s) removed." if gone else "There is no demonstration.")


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, show_envvar=True)
@click.option(
    "--port", type=click.IntRange(1, 65535), envvar="PORT", default=8000, show_default=True, show_envvar=True
)
@plain
def serve(host: str, port: int) -> None:
    """Serve the portal, with a worker beside it that does what waits."""
    from granian.constants import Interfaces  # noqa: PLC0415 - only the server process needs it
    from granian.server import Server  # noqa: PLC0415 - as above

    if host not in config.LOOPBACK and not os.environ.get("PORTAL_BASE_URL"):
        raise config.SettingsError(
            f"Serving on {host} reaches beyond this machine: set PORTAL_BASE_URL to the public address "
            "first, for example https://portal.example.org"
        )
    context = click.get_current_context()
    app = context.ensure_object(ScriptInfo).load_app()
    context.with_resource(running_lock.hold(app.config["PORTAL"].instance))
    if database.pending():
        raise click.ClickException(NOT_SET_UP)
    _refuse_taken(host, port)
    shown = "localhost" if host == "127.0.0.1" else host
    click.echo(f"The portal is at http://{shown}:{port}  (stop it with Ctrl+C)")
    app = click.get_current_context().ensure_object(ScriptInfo).load_app()
    print_set_up_link(app, f"http://{shown}:{port}")
    server = Server(
        "app:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=8,
        working_dir=Path(config.ROOT),
        log_enabled=False,
        workers_kill_timeout=LONGEST_REQUEST,
    )
    worker = Keeper(
        [sys.executable, "-m", "flask", "--app", "app", "work", "--attached"],
        config.ROOT,
        {**os.environ, "PORT": str(port)},
    )
    server.on_startup(lambda: _start_beside(worker))
    try:
        server.serve()
    finally:
        worker.end()


def _refuse_taken(host: str, port: int) -> None:
    """Two servers could share a port without a word, and answers would go to either's database."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"{host}:{port} cannot be served: {error.strerror}. Is another server running there? "
                "Stop it, or choose another --port."
            ) from None


def _start_beside(worker: Keeper) -> None:
    """Start the worker; what ends the server tells it at once, so that both finish at the same time."""
    worker.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        ends_server = cast("Callable[..., Any]", signal.getsignal(number))

        def both(*caught: Any, ends_server: Callable[..., Any] = ends_server) -> None:
            worker.tell_to_end()
            ends_server(*caught)

        signal.signal(number, both)

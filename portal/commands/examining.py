"""What the doctor looks at, one function for each check; none of them changes anything."""

from __future__ import annotations

import re
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Literal, TypeAlias

from portal import config, database, jobs
from portal.backups import making, members, swapping
from portal.backups.model import size
from portal.config import SettingsError
from portal.identity import people
from portal.identity.roles import ADMINISTRATOR
from portal.mail import servers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from portal.config import Settings

State: TypeAlias = Literal["ok", "attention", "broken"]

OK: State = "ok"
ATTENTION: State = "attention"
BROKEN: State = "broken"

NEWEST_PYTHON_WITHOUT = (3, 10)
LOCK = config.ROOT / "requirements.lock"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?! *;)", re.MULTILINE)

LITTLE_SPACE, NO_SPACE = 2 * 10**9, 200 * 10**6
"""Bytes free below which the disk needs attention, and below which it will soon refuse to write."""

BACKUP_NEEDS = 4
"""Times the database that a backup needs while it is made and proved."""

SMTP_SECONDS = 5
WORKER_SECONDS = 120
"""Seconds a worker may be silent."""

BACKUP_LATE, BACKUP_MISSED = 36 * 3600, 8 * 86400
"""Seconds after which a nightly backup was missed, and after which a week was."""

KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        subject: what was looked at.
        said: what was found, as a sentence.
        remedy: what to do; empty when nothing.
    """

    state: State
    subject: str
    said: str
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; what needs the database is asked only where it answers."""
    found = [check(settings) for check in CHECKS]
    if all(finding.state != BROKEN for finding in found if finding.subject == DATABASE):
        found += [check(settings) for check in CHECKS_IN_DATABASE]
    return found


def python(_settings: Settings) -> Finding:
    """Python is new enough."""
    shown = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] <= NEWEST_PYTHON_WITHOUT:
        return Finding(
            BROKEN,
            "Python",
            f"{shown} is too old.",
            "Install Python 3.11 or later; remove .venv; `make run`.",
        )
    return Finding(OK, "Python", f"{shown}.")


def packages(_settings: Settings) -> Finding:
    """The installed packages are those of the lock file."""
    wanted = LOCKED.findall(LOCK.read_text(encoding="utf-8"))
    missing, other = [], []
    for name, version in wanted:
        try:
            if metadata.version(name) != version:
                other.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    remedy = ".venv/bin/python -m pip install --require-hashes -r requirements.lock"
    if missing:
        return Finding(BROKEN, "Packages", f"{len(missing)} are missing: {', '.join(missing)}.", remedy)
    if other:
        return Finding(
            ATTENTION, "Packages", f"{len(other)} have another version: {', '.join(other)}.", remedy
        )
    return Finding(OK, "Packages", f"all {len(wanted)} as in requirements.lock.")


DATABASE = "Database"


def reachable(settings: Settings) -> Finding:
    """The database answers and has the form this version needs."""
    if not set_up(settings):
        return Finding(BROKEN, DATABASE, "it is not set up.", "flask --app app init")
    try:
        pending = database.pending()
    except database.Fault as error:
        said = str(error).strip().partition("\n")[0]
        return Finding(
            BROKEN, DATABASE, f"it cannot be read: {said}.", "See PORTAL_DATABASE_URL; or restore a backup."
        )
    kind = "PostgreSQL" if members.sqlite_path(settings) is None else "SQLite"
    if pending:
        return Finding(
            BROKEN, DATABASE, f"{len(pending)} migration(s) are missing.", "flask --app app upgrade"
        )
    return Finding(OK, DATABASE, f"{kind}, up to date.")


def set_up(settings: Settings) -> bool:
    """Whether there is a database; asking SQLite would make an empty one."""
    path = members.sqlite_path(settings)
    if path is not None and not (path.exists() and path.stat().st_size):
        return False
    try:
        return len(database.pending()) < len(list(database.MIGRATIONS.glob("[0-9]*.py")))
    except database.Fault:
        return True  # there is one, though it does not answer


def disk(settings: Settings) -> Finding:
    """There is room for answers, and for a backup."""
    free = shutil.disk_usage(settings.instance).free
    path = members.sqlite_path(settings)
    needed = BACKUP_NEEDS * path.stat().st_size if path is not None and path.exists() else 0
    remedy = "Remove old backups and before-restore-… folders, or enlarge the disk: see docs/running.md."
    if free < NO_SPACE:
        return Finding(BROKEN, "Disk", f"only {size(free)} are free.", remedy)
    if free < max(LITTLE_SPACE, needed):
        return Finding(ATTENTION, "Disk", f"{size(free)} are free; a backup needs {size(needed)}.", remedy)
    return Finding(OK, "Disk", f"{size(free)} are free.")


def permissions(settings: Settings) -> Finding:
    """Only the portal's user can read the keys."""
    inside = list(settings.keys.iterdir()) if settings.keys.exists() else []
    backups = settings.instance / members.FOLDER
    folders = [folder for folder in (settings.keys, backups) if folder.exists()]
    open_ones = [path for path in [*folders, *inside] if path.stat().st_mode & 0o077]
    if open_ones:
        remedy = (
            f"chmod -R go= {settings.keys} {backups}"
            if backups in folders
            else f"chmod -R go= {settings.keys}"
        )
        return Finding(
            BROKEN, "Keys", f"others can read {', '.join(path.name for path in open_ones)}.", remedy
        )
    return Finding(OK, "Keys", f"{len(inside)} in {settings.keys}, closed to others.")


def secret(settings: Settings) -> Finding:
    """Where the portal's own secret comes from; a weak one is refused at the start."""
    if settings.secret_key is not None:
        return Finding(
            OK, "Secret", "from PORTAL_SECRET_KEY. It is in no backup: keep the settings elsewhere too."
        )
    return Finding(OK, "Secret", f"random, in {settings.keys / 'portal.key'}, and in every backup.")


def address(settings: Settings) -> Finding:
    """The public address is set, and speaks HTTPS."""
    if settings.base_url is None:
        said = "none is set: only this machine is served."
        return Finding(
            ATTENTION, "Address", said, "Set PORTAL_BASE_URL to https://… before inviting anybody."
        )
    if settings.development:
        return Finding(
            ATTENTION, "Address", f"{settings.base_url} is this machine alone.", "Set PORTAL_BASE_URL."
        )
    if not settings.base_url.startswith("https://"):
        said = f"{settings.base_url} is not encrypted: links are keys to answers, and could be read."
        return Finding(BROKEN, "Address", said, "Put a web server with HTTPS in front (deploy/Caddyfile).")
    return Finding(OK, "Address", f"{settings.base_url}.")


def proxies(settings: Settings) -> Finding:
    """The proxy in front of a public portal is known, so that each visitor is told from the others."""
    if not settings.development and settings.trusted_proxies == 0:
        said = "none is trusted: all visitors look like one, and are limited as one."
        return Finding(
            ATTENTION, "Proxies", said, "Set PORTAL_TRUSTED_PROXIES to 1 if one web server is in front."
        )
    return Finding(OK, "Proxies", f"{settings.trusted_proxies} trusted.")


def mail(settings: Settings) -> Finding:
    """Messages can be sent."""
    if settings.mail_url is None:
        said = f"none is sent; messages are written to {settings.instance / 'mail'}."
        return Finding(ATTENTION, "Mail", said, "Set PORTAL_MAIL_URL to smtp:// or smtps://….")
    try:
        server = servers.read(settings.mail_url)
        socket.create_connection((server.host, server.port), timeout=SMTP_SECONDS).close()
    except SettingsError as error:
        return Finding(BROKEN, "Mail", "the server's address cannot be read.", str(error))
    except OSError as error:
        said = f"the server {server.host} does not answer on port {server.port}: {error}."
        return Finding(
            BROKEN, "Mail", said, "Check PORTAL_MAIL_URL, and whether this host may reach that port."
        )
    said = f"the server {server.host} answers on port {server.port}."
    if settings.mail_from is None and settings.contact is None:
        return Finding(
            ATTENTION, "Mail", f"{said} Nobody reads replies.", "Set PORTAL_MAIL_FROM or PORTAL_CONTACT."
        )
    return Finding(OK, "Mail", said)


def postal(settings: Settings) -> Finding:
    """Invitations can name a postal address, as the law wants."""
    if settings.postal_address is None:
        said = "none is set; invitations must name one by Canada's anti-spam law."
        return Finding(ATTENTION, "Postal address", said, "Set PORTAL_POSTAL_ADDRESS.")
    return Finding(OK, "Postal address", "set.")


def backups(settings: Settings) -> Finding:
    """A backup was made lately."""
    last = making.last(settings)
    remedy = "See “Backups” in docs/running.md; `systemctl status portal-backup.timer` on a host that has it."
    if last is None:
        return Finding(ATTENTION, "Backup", "none was made yet.", remedy)
    at, path = last
    age = time.time() - at
    said = f"the last was made {_ago(age)}: {path.name}."
    if age > BACKUP_LATE:
        return Finding(BROKEN if age > BACKUP_MISSED else ATTENTION, "Backup", said, remedy)
    return Finding(OK, "Backup", said)


def restored(settings: Settings) -> Finding:
    """No restore was cut off, and what a restore kept was removed."""
    if swapping.unfinished(settings.instance):
        return Finding(
            BROKEN,
            "Restore",
            "one was cut off half way.",
            "Start the portal, or restore again: it is finished then.",
        )
    left = [path for path in settings.instance.glob(f"{members.KEPT}*") if _age(path) > KEPT_DAYS * 86400]
    if left:
        names = ", ".join(path.name for path in left)
        said = f"{len(left)} earlier state(s) are still kept, with personal data: {names}."
        return Finding(ATTENTION, "Restore", said, "Remove them: see docs/running.md.")
    return Finding(OK, "Restore", "nothing is left over.")


def clock(settings: Settings) -> Finding:
    """The clock is not behind what was written already."""
    newest = max(
        path.stat().st_mtime
        for path in [*database.MIGRATIONS.glob("*.py"), config.ROOT / "requirements.lock"]
    )
    last = making.last(settings)
    shown = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    if time.time() + 60 < max(newest, last[0] if last else 0):
        said = f"it says {shown} UTC, which is earlier than files that exist."
        return Finding(BROKEN, "Clock", said, "Set it and keep it right: `timedatectl set-ntp true`.")
    zone = time.tzname[0]
    return Finding(OK, "Clock", f"{shown} UTC; the portal counts in UTC, whatever the host's zone ({zone}).")


def translations(_settings: Settings) -> Finding:
    """French and Arabic texts are compiled."""
    stale = [
        texts.parent.parent.name
        for texts in sorted((config.ROOT / "portal" / "translations").glob("*/LC_MESSAGES/messages.po"))
        if not (compiled := texts.with_suffix(".mo")).exists()
        or compiled.stat().st_mtime < texts.stat().st_mtime
    ]
    if stale:
        return Finding(BROKEN, "Translations", f"not compiled: {', '.join(stale)}.", "make compile")
    return Finding(OK, "Translations", "compiled.")


def worker(_settings: Settings) -> Finding:
    """Somebody does the work that waits: mail, charts, reminders."""
    seen = jobs.worker_seen()
    remedy = "It runs beside the server: start that, and look at its log (`journalctl -u portal`)."
    if seen is None:
        return Finding(ATTENTION, "Worker", "none was ever seen.", remedy)
    age = time.time() - seen
    return Finding(
        ATTENTION if age > WORKER_SECONDS else OK,
        "Worker",
        f"seen {_ago(age)}.",
        remedy if age > WORKER_SECONDS else "",
    )


def administrators(_settings: Settings) -> Finding:
    """Somebody can sign in and invite the others."""
    count = len(people.with_role(ADMINISTRATOR))
    if not count:
        remedy = "flask --app app user invite you@example.org --role administrator"
        return Finding(ATTENTION, "Administrators", "there is none.", remedy)
    return Finding(OK, "Administrators", f"{count}.")


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    python, packages, translations, reachable, disk, permissions, secret, address, proxies, mail, postal,
    backups, restored, clock,
)  # fmt: skip

CHECKS_IN_DATABASE: tuple[Callable[[Settings], Finding], ...] = (worker, administrators)


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime


def _ago(seconds: float) -> str:
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}(s) ago"
    return "just now"

"""The devices somebody is signed in on: made at sign-in, seen while used, ended one by one or all at once."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from flask import g, request, session
from flask_babel import gettext as _

from portal.identity.models import Device, User
from portal.identity.sessions import IDLE, LONGEST
from surveys.responses import store

if TYPE_CHECKING:
    from peewee import ModelSelect

KEY = "device"
"""Where the session holds what the row's hash is of."""

SEEN_EVERY = 300
"""Seconds between two notes of when a device was seen."""

BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux"),
)
"""Names and the patterns of their User-Agent, the most particular first: all of them say they are Safari."""


def known_as(agent: str) -> tuple[str, str]:
    """Browser and system a User-Agent tells of, each empty when it is none we know."""

    def first(names: tuple[tuple[str, str], ...]) -> str:
        return next((name for name, pattern in names if re.search(pattern, agent)), "")

    return first(BROWSERS), first(SYSTEMS)


def described(device: Device) -> str:
    """A device in words, such as “Firefox on Windows”, in the page's language."""
    if device.browser and device.system:
        return _("%(browser)s on %(system)s", browser=device.browser, system=device.system)
    return device.browser or device.system or _("A browser")


def begin(user: User) -> Device:
    """Sign the present browser in: a row, and in the session what the row is the hash of."""
    secret = secrets.token_urlsafe(32)
    browser, system = known_as(request.headers.get("User-Agent", ""))
    with store.write():
        end_present()
        device = Device.create(hash=store.digest(secret), user=user, browser=browser, system=system)
    session[KEY] = secret
    return device


def present() -> Device | None:
    """The device of the present session, with its person; None when it is ended, idle, or too old."""
    secret = session.get(KEY)
    if not isinstance(secret, str):
        return None
    query = Device.select(Device, User).join(User).where(Device.hash == store.digest(secret), *_live())
    found: Device | None = query.first()
    return found


def remembered() -> Device | None:
    """The device of the present session, signed in or no longer, of somebody who may sign in again."""
    secret = session.get(KEY)
    if not isinstance(secret, str):
        return None
    query = Device.select(Device, User).join(User)
    found: Device | None = query.where(Device.hash == store.digest(secret), User.active == True).first()  # noqa: E712 - SQL
    return found


def present_id() -> str | None:
    """The id of the device this request comes from."""
    found: str | None = g.get("device")
    return found


def _live() -> tuple[object, ...]:
    now = store.now()
    return (
        Device.ended_at.is_null(),
        Device.seen_at > now - int(IDLE.total_seconds()),
        Device.created_at > now - int(LONGEST.total_seconds()),
    )


def seen(device: Device) -> None:
    """Note that a device is in use, once in a while."""
    now = store.now()
    if now - device.seen_at >= SEEN_EVERY:
        with store.write():
            Device.update(seen_at=now).where(Device.id == device.id).execute()


def live(user: User) -> ModelSelect[Device]:
    """The devices a person is signed in on, the one used last first."""
    return Device.select().where(Device.user == user, *_live()).order_by(Device.seen_at.desc(), Device.id)


def last_seen(user: User) -> int | None:
    """When a person was last seen on any device, in seconds of UTC."""
    device = Device.select().where(Device.user == user).order_by(Device.seen_at.desc()).first()
    return device.seen_at if device else None


def end(user: User, ident: str) -> bool:
    """Sign one device of a person out; within `store.write()`. Returns whether it was signed in."""
    query = Device.update(ended_at=store.now())
    return bool(query.where(Device.user == user, Device.id == ident, Device.ended_at.is_null()).execute())


def end_all(user: User, *, but: str | None = None) -> int:
    """Sign a person out everywhere; within `store.write()`.

    Args:
        user: whose devices.
        but: the id of the one device that stays signed in.

    Returns:
        The number of devices that were signed in.
    """
    chosen = [Device.user == user, Device.ended_at.is_null()] + ([Device.id != but] if but else [])
    return int(Device.update(ended_at=store.now()).where(*chosen).execute())


def end_present() -> None:
    """Sign the present session's device out, if it has one; within `store.write()`."""
    secret = session.pop(KEY, None)
    if isinstance(secret, str):
        end_it = Device.update(ended_at=store.now())
        end_it.where(Device.hash == store.digest(secret), Device.ended_at.is_null()).execute()

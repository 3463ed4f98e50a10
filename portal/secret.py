"""The portal's own secret, and the keys derived from it, one for each purpose."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from flask import current_app

from surveys.responses import wave_keys

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Settings

NAME = "portal"
"""The secret's file in the folder of keys, where no setting gives it."""


def read(settings: Settings) -> bytes:
    """The secret: as the setting gives it, else the one in the folder of keys, made at its first use.

    Raises:
        KeyFileError: when the file there is not a whole key.
    """
    if settings.secret_key is not None:
        return hashlib.sha256(settings.secret_key.encode()).digest()
    return wave_keys.key(settings.keys, NAME)


def derived(purpose: str) -> bytes:
    """The key of one purpose, 32 bytes: whoever learns it learns nothing of the others."""
    return _derive(current_app.extensions["secret"], purpose)


def keyed_hash(purpose: str, text: str) -> str:
    """A hash, hexadecimal, that only the portal can make: it finds a text again without keeping it."""
    return hmac.new(derived(purpose), text.encode(), hashlib.sha256).hexdigest()


def _derive(secret: bytes, purpose: str) -> bytes:
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()


def install(app: Flask, settings: Settings) -> None:
    """Read the secret, and sign sessions with a key of its own."""
    secret = read(settings)
    app.extensions["secret"] = secret
    app.config["SECRET_KEY"] = _derive(secret, "sessions").hex()

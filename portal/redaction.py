"""What no log may hold, cut out of any text: keys in links, e-mail addresses, what looks like a secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SECRET_ARGUMENTS = frozenset({"token", "code", "key", "signature"})
"""Names of a route's arguments that open something to whoever knows them."""

PLACES = frozenset({"r", "invitation", "unsubscribe", "reset", "set-up", "setup", "confirm", "verify"})
"""Parts of an address behind which a key stands; those of the routes are added to them."""

RULE = re.compile(r"/([^/<>]+)/<(?:[^<>:]+:)?([^<>:]+)>")

EMAIL = re.compile(r"[^\s@<>\"'(),:;=/]{1,64}(?:@|%40)[^\s@<>\"'(),;/]{1,255}")

WORD = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Za-z0-9_-]{20,}")
"""Twenty characters or more with a digit and a capital: no word of a language, no name of ours."""

TOKEN, ADDRESS, SECRET = "<token>", "<e-mail>", "<secret>"


class Redaction:
    """Cuts secrets out of texts.

    Attributes:
        places: parts of an address behind which a key stands.
    """

    def __init__(self) -> None:
        self.places: frozenset[str] = frozenset()
        self.learn(())

    def learn(self, rules: Iterable[str]) -> None:
        """Know the places of all keys from the routes.

        Args:
            rules: routes as they are written, `/<language:lang>/r/<token>/`.
        """
        found = {part for rule in rules for part, name in RULE.findall(rule) if name in SECRET_ARGUMENTS}
        self.places = self.places | PLACES | found
        parts = "|".join(re.escape(part) for part in sorted(self.places, key=len, reverse=True))
        self._key = re.compile(rf"((?:/|%2F)(?:{parts})(?:/|%2F))(?!%2F)[^\s/?#\"'<>&%]+", re.IGNORECASE)

    def cut(self, text: str) -> str:
        """A text without what no log may hold."""
        text = self._key.sub(rf"\1{TOKEN}", text)
        return WORD.sub(SECRET, EMAIL.sub(ADDRESS, text))

"""How long a message is on a telephone: characters, and text messages (SMS) it is sent in."""

from __future__ import annotations

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
DOUBLE = frozenset("^{}\\[~]|€\f")
"""The alphabet of text messages, and what takes two places in it: 3GPP TS 23.038, section 6.2.1."""

SHORT, SHORT_PART = 160, 153
WIDE, WIDE_PART = 70, 67
"""Places in one message and in each part of a longer one, in that alphabet and in any other (UCS-2): the
140 bytes of a message less the 6 that join the parts; 3GPP TS 23.040."""


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a message.

    Attributes:
        characters: as people count them.
        messages: text messages it is sent and charged as.
        plain: whether every character is in the alphabet of text messages; others halve what fits.
    """

    characters: int
    messages: int
    plain: bool


def measured(text: str) -> Length:
    """The length of a text."""
    is_plain = all(letter in BASIC or letter in DOUBLE for letter in text)
    if is_plain:
        places, whole, part = len(text) + sum(letter in DOUBLE for letter in text), SHORT, SHORT_PART
    else:
        places, whole, part = len(text.encode("utf-16-le")) // 2, WIDE, WIDE_PART
    return Length(len(text), 1 if places <= whole else -(-places // part), is_plain)

"""Writes what a page says as a message that fits: one for chat apps, one for a text message."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Characters that take seven bits in a text message (3GPP TS 23.038, basic table)."""

GSM_TWICE = frozenset("^{}\\[~]|€")
"""Characters of the same standard that take the room of two."""

FOLDED = {
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "\u00a0": " ",
    "\u202f": " ",
}
"""Typography that would turn a text message into a dearer one for nothing."""

LONGEST_CHAT, LONGEST_TITLE = 700, 300
"""Characters of a message that is still read in a chat, and of its title; our own choice."""

SHORTEST = 20
"""Room in characters below which nothing is said rather than a word or two."""

WIDEST_SINGLE = 0xFFFF
"""The last character that is one unit of UTF-16."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to send.

    Attributes:
        text: what is sent; the address stands on a line of its own, so that no script around it moves it.
        parts: the number of text messages it takes; 1 for chats.
        href: where a click starts to send it.
    """

    text: str
    parts: int
    href: str


def whatsapp(title: str, summary: str, address: str) -> Message:
    """For WhatsApp: the title in bold, what it says, the address."""
    text = _chat(f"*{_cut(_single(title), LONGEST_TITLE)}*", summary, address)
    return Message(text, 1, f"https://wa.me/?text={quote(text, safe='')}")


def telegram(title: str, summary: str, address: str) -> Message:
    """For Telegram, which shows the address by itself."""
    text = _chat(_cut(_single(title), LONGEST_TITLE), summary, address)
    said = text.removesuffix(address).strip()
    return Message(
        text, 1, f"https://t.me/share/url?url={quote(address, safe='')}&text={quote(said, safe='')}"
    )


def sms(title: str, address: str, said: str = "") -> Message:
    """For a text message: the title, cut at a word where one message would not hold it beside the rest.

    Args:
        title: what the page is called.
        address: its address, never cut.
        said: what must not be lost of what it says, a line of its own that is never cut; "" for nothing.
    """
    plain, kept = ("".join(FOLDED.get(letter, letter) for letter in _single(text)) for text in (title, said))
    rest = f"{kept}\n{address}" if kept else address
    text = _fitting(plain, rest, 1) or _fitting(plain, rest, 2) or f"{plain}\n{rest}"
    return Message(text, parts(text), f"sms:?&body={quote(text, safe='')}")


def parts(text: str) -> int:
    """How many text messages a text takes.

    Returns:
        1 for up to 160 characters of the basic table or 70 units of UTF-16; beyond that a part holds 153 or
        67, and no character is split between two (3GPP TS 23.038 and TS 23.040, concatenated messages).
    """
    seven = all(letter in GSM or letter in GSM_TWICE for letter in text)
    one, each = (160, 153) if seven else (70, 67)
    widths = [2 if (letter in GSM_TWICE if seven else ord(letter) > WIDEST_SINGLE) else 1 for letter in text]
    if sum(widths) <= one:
        return 1
    taken, room = 1, each
    for width in widths:
        if width > room:
            taken, room = taken + 1, each
        room -= width
    return taken


def _fitting(title: str, rest: str, most: int) -> str | None:
    """Title and rest in at most so many parts, the title cut at a word; None if less than half is left."""
    words = title.split()
    for end in range(len(words), (len(words) - 1) // 2, -1):
        cut = title if end == len(words) else " ".join(words[:end]) + "..."
        text = f"{cut}\n{rest}"
        if parts(text) <= most:
            return text
    return None


def _chat(title: str, summary: str, address: str) -> str:
    """Title, what it says as far as there is room, and address, a line each."""
    room = LONGEST_CHAT - len(address) - 2
    head = _cut(title, room)
    said = _cut(_single(summary), room - len(head))
    return "\n".join(part for part in (head, said, address) if part)


def _cut(text: str, room: int) -> str:
    """A text of at most so many characters, cut at a word; nothing where there is no room for one."""
    if len(text) <= room:
        return text
    return text[: room - 1].rsplit(" ", 1)[0] + "…" if room > SHORTEST else ""


def _single(text: str) -> str:
    """A text on one line, without characters that nobody sees."""
    shown = "".join(" " if letter.isspace() else letter for letter in text)
    kept = (letter for letter in shown if letter == " " or unicodedata.category(letter) not in {"Cc", "Cf"})
    return " ".join("".join(kept).split())

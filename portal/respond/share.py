"""Keeping the link: the ways a respondent can send it to themselves or hand it on."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class Share:
    """The link of a response, and what opens a mail or a message that carries it.

    Attributes:
        link: the absolute address.
    """

    link: str

    @property
    def mail(self) -> str:
        """A `mailto:` address with subject and text filled in."""
        subject = _("My link to the survey on digital messaging")
        return f"mailto:?subject={quote(subject)}&body={quote(self.text)}"

    @property
    def whatsapp(self) -> str:
        """WhatsApp's address for a message not yet addressed to anyone."""
        return f"https://wa.me/?text={quote(self.text)}"

    @property
    def text(self) -> str:
        """The message that carries the link."""
        return (
            _("Continue the survey with this link. Whoever has it can read and change the answers:")
            + f" {self.link}"
        )

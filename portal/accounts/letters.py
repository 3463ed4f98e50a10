"""Messages about accounts: queued without anything secret in them, their links made when they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import lazy_gettext as _
from flask_security import MailUtil
from flask_security.mail_util import EmailValidateException
from flask_security.recoverable import generate_reset_password_token
from flask_security.utils import get_message, hash_password

from portal import mail
from portal.config import EMAIL
from portal.filters import absolute
from portal.identity import invitations, people
from portal.identity.models import User
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_ADDRESS = 254

NAMES = {
    "security/email/reset_instructions": "password-reset",
    "security/email/reset_notice": "password-changed",
    "security/email/change_notice": "password-changed",
}
"""Flask-Security's name of a letter -> ours."""


class Letters(MailUtil):
    """Puts the library's letters into our outbox, with the person's pseudonym in place of the secret."""

    def send_mail(self, template: str, *_rest: Any, **context: Any) -> None:
        """Queue a letter to its person, in their language."""
        user: User = context["user"]
        if NAMES[template] == "password-reset":
            # Where there is no account the library hashes a password, so that both take as long.
            hash_password("not-a-password")
        with store.write():
            mail.queue(
                NAMES[template],
                user.email,
                {"person": user.pseudonym},
                language=user.language,
                about=("person", user.pseudonym),
            )

    def normalize(self, email: str) -> str:
        """An address as it is kept.

        Raises:
            EmailValidateException: when it is none.
        """
        kept = people.address(email)
        if len(kept) > LONGEST_ADDRESS or not EMAIL.fullmatch(kept):
            raise EmailValidateException(get_message("INVALID_EMAIL_ADDRESS")[0])
        return kept

    def validate(self, email: str) -> str:
        """The same: nobody else's server is asked about an address."""
        return self.normalize(email)


def _person(arguments: Mapping[str, Any]) -> User:
    found: User | None = User.get_or_none(User.pseudonym == arguments["person"])
    if found is None or not found.active:
        raise mail.NotNeeded
    return found


def _reset(arguments: Mapping[str, Any]) -> dict[str, Any]:
    person = _person(arguments)
    token = generate_reset_password_token(person)
    return {"name": person.name, "link": absolute(url_for("security.reset_password", token=token))}


def _changed(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": _person(arguments).name, "link": absolute(url_for("security.forgot_password"))}


def _invitation(arguments: Mapping[str, Any]) -> dict[str, Any]:
    found = invitations.mint(arguments["invitation"])
    if found is None:
        raise mail.NotNeeded
    invitation, token = found
    return {
        "name": invitation.name,
        "inviter": "" if invitation.invited_by in people.MACHINES else people.named(invitation.invited_by),
        "link": absolute(url_for("accounts.invitation", token=token)),
        "days": invitations.DAYS,
    }


def register() -> None:
    """Make the letters known."""
    link = "https://portal.example.org/staff/account/…"
    mail.register(
        mail.Template(
            "password-reset", mail.ACCOUNT, _reset, {"name": "Ada", "link": link}, _("New password")
        )
    )
    mail.register(
        mail.Template(
            "password-changed", mail.ACCOUNT, _changed, {"name": "Ada", "link": link}, _("Password changed")
        )
    )
    sample = {"name": "Ada", "inviter": "Grace", "link": link, "days": invitations.DAYS}
    mail.register(
        mail.Template("invitation-to-team", mail.ACCOUNT, _invitation, sample, _("Invitation to the team"))
    )

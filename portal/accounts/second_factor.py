"""The second factor: codes of an authenticator app, each good once, its QR code, and recovery codes."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import segno
from flask import current_app, make_response, render_template, session, url_for
from flask_babel import gettext as _
from flask_security import MfRecoveryCodesUtil, Totp
from flask_security.utils import check_and_get_token_status
from markupsafe import Markup

from portal.accounts import forms
from portal.accounts.wording import NO_CODE
from portal.identity import people
from portal.identity.models import User
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Flask, Response

ISSUER = "DMSI portal"

LAST_STEP = "security.two_factor_setup_validate"
"""Where the first code of a new authenticator is sent to."""


class AlreadyUsedError(Exception):
    """A code was used before, perhaps at this very moment."""


class Codes(Totp):
    """Time-based codes; the half minute of the last one used is kept, and none at or before it counts."""

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Whether a code is right, and used for the first time."""
        try:
            return bool(super().verify_totp(token, totp_secret, user, window))
        except AlreadyUsedError:
            return False

    def get_last_counter(self, user: Any) -> int | None:
        """The half minute of the last code used."""
        used: int | None = user.totp_counter
        return used

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Use a code up; of two that come at once only one is the first.

        Raises:
            AlreadyUsedError: for the other.
        """
        unused = User.totp_counter.is_null() | (User.totp_counter < tmatch.counter)
        with store.write():
            query = User.update(totp_counter=tmatch.counter)
            if not query.where(User.id == user.id, unused).execute():
                raise AlreadyUsedError

    def generate_qrcode(self, username: str, totp: str) -> Markup:
        """The QR code of an authenticator's secret, as a drawing that stands in the page itself."""
        drawing = segno.make(self.get_totp_uri(username, totp), error="m", micro=False)
        return Markup(  # noqa: S704 - drawn by segno from numbers, and its title is escaped by it
            drawing.svg_inline(
                omitsize=True,
                light="#fff",
                svgclass="qr",
                lineclass=None,
                title=_("QR code for your authenticator app"),
            )
        )


class RecoveryCodes(MfRecoveryCodesUtil):
    """Codes for a lost second factor: kept encrypted, shown once, each good once."""

    def create_recovery_codes(self, user: Any) -> list[str]:
        """Make new codes; the old ones are good no more."""
        codes: list[str] = super().create_recovery_codes(user)
        return codes

    def get_recovery_codes(self, user: Any) -> list[str]:  # noqa: ARG002 - the library's signature
        """None: whoever kept them has them, and nobody else is shown them."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Whether a code is right; it is used up by that."""
        wanted = code.strip().lower()
        with store.write():
            row = store.lock(User, user.id)
            kept: list[str] = row.mf_recovery_codes or []
            left = [one for one in kept if wanted not in self._plain([one])]
            if len(left) == len(kept):
                return False
            row.mf_recovery_codes = left
            row.save()
        user.mf_recovery_codes = left
        return True

    def delete_recovery_code(self, user: Any, code: str) -> bool:  # noqa: ARG002 - the library's signature
        """Nothing is left to do: `check_recovery_code` used it up."""
        return True

    def _plain(self, codes: Iterable[str]) -> list[str]:
        plain: list[str] = self._decrypt_codes(list(codes))
        return plain


def install(app: Flask) -> None:
    """Let a mistyped code be typed again."""
    app.view_functions[LAST_STEP] = _with_the_same_key(app.view_functions[LAST_STEP])


def _with_the_same_key(view: Callable[..., Any]) -> Callable[..., Any]:
    """The library's view, which after a wrong code would begin again with a new key: here the key stays."""

    @wraps(view)
    def validated(token: str) -> Response:
        answer = make_response(view(token=token))
        expired, invalid, state = check_and_get_token_status(
            token, "tf_setup", current_app.config["SECURITY_TWO_FACTOR_SETUP_WITHIN"]
        )
        begins_again = answer.location == url_for("security.two_factor_setup")
        return answer if expired or invalid or not begins_again else _asked_again(token, state["totp_secret"])

    return validated


def _asked_again(token: str, totp_secret: str) -> Response:
    """The page with the key of before and what is wrong with the code."""
    session.pop("_flashes", None)  # the field says it
    form = forms.Code()
    form.code.errors = [_(NO_CODE)]
    person = people.person()
    assert person is not None  # noqa: S101 - the gate let nobody else in
    factory: Totp = current_app.extensions["security"].totp_factory
    shown = factory.fetch_setup_values(totp_secret, person)
    return make_response(
        render_template(
            "security/two_factor_setup.html",
            two_factor_verify_code_form=form,
            chosen_method="authenticator",
            state_token=token,
            authr_qrcode=shown["image"],
            authr_key=shown["key"],
            authr_username=shown["username"],
            authr_issuer=shown["issuer"],
        )
    )

"""Flask-Security as this portal uses it: what is on, under which address, with whose words and which keys."""

from __future__ import annotations

import base64
import importlib.util
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import redirect, url_for
from flask_security import Security

from portal import secret
from portal.accounts import forms
from portal.accounts.letters import Letters
from portal.accounts.second_factor import ISSUER, Codes, RecoveryCodes
from portal.accounts.wording import MESSAGES
from portal.identity.datastore import datastore
from portal.identity.gate import FRESH_FOR
from portal.identity.signed_in import from_session
from portal.languages import TRANSLATIONS

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

PREFIX = "/staff/account"

RESET_WITHIN = timedelta(hours=2)
"""How long a link to a new password is good, from when it was sent."""

ADDRESSES = {
    "URL_PREFIX": PREFIX,
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "VERIFY_URL": "/verify",
    "RESET_URL": "/reset",
    "CHANGE_URL": "/password",
    "TWO_FACTOR_SETUP_URL": "/second-factor",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/code",
    "TWO_FACTOR_RESCUE_URL": "/lost-second-factor",
    "TWO_FACTOR_SELECT_URL": "/which-second-factor",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
    "MULTI_FACTOR_RECOVERY_URL": "/recovery",
    "WAN_REGISTER_URL": "/passkeys",
    "WAN_DELETE_URL": "/passkeys-remove",
    "WAN_SIGNIN_URL": "/passkey",
    "WAN_VERIFY_URL": "/verify-passkey",
    "POST_LOGIN_VIEW": forms.START,
    "POST_LOGOUT_VIEW": f"{PREFIX}/sign-in",
    "POST_VERIFY_VIEW": forms.START,
    "POST_CHANGE_VIEW": "accounts.index",
    "POST_RESET_VIEW": ".login",
    "TWO_FACTOR_POST_SETUP_VIEW": ".mf_recovery_codes",
    "WAN_POST_REGISTER_VIEW": "accounts.index",
    "STATIC_FOLDER": None,
}

CHOICES = {
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 10,
    "RETURN_GENERIC_RESPONSES": True,
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": {"argon2"},
    "PASSWORD_LENGTH_MIN": forms.SHORTEST_PASSWORD,
    "HASHING_SCHEMES": ["hex_sha256"],
    "RESET_PASSWORD_WITHIN": RESET_WITHIN,
    "FRESHNESS": timedelta(seconds=FRESH_FOR),
    "FRESHNESS_GRACE_PERIOD": timedelta(0),
    "API_ENABLED_METHODS": ["session"],
    "CSRF_PROTECT_MECHANISMS": ["session"],
    "LOGOUT_METHODS": ["POST"],
    "LOGOUT_CSRF": False,  # the gate has looked already
    "EMAIL_PLAINTEXT": False,  # letters are put into words when they are sent
    "EMAIL_HTML": False,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "CACHE_CONTROL": {},  # the gate says it for every staff page
    "WAN_RP_NAME": ISSUER,
    "WAN_ALLOW_USER_HINTS": False,  # a hint would tell whether there is an account
    "WAN_SIGNIN_WITHIN": timedelta(minutes=5),
}


class Library(Security):
    """Flask-Security, with QR codes drawn by segno."""

    def _check_modules(self, module: str, config_name: str) -> Any:
        return None if module == "qrcode" else super()._check_modules(module, config_name)


def passkeys() -> bool:
    """Whether the extra for passkeys is installed."""
    return importlib.util.find_spec("webauthn") is not None


def install(app: Flask) -> None:
    """Put the library in place."""
    with app.app_context():
        totp, recovery = secret.derived("totp"), secret.derived("recovery codes")
    settings = ADDRESSES | CHOICES
    settings |= {
        "WEBAUTHN": passkeys(),
        "TOTP_ISSUER": ISSUER,
        "TOTP_SECRETS": {"1": totp.hex()},
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(recovery)],
        "I18N_DOMAIN": "messages",
        "I18N_DIRNAME": [str(TRANSLATIONS)],
    }
    if not passkeys():
        settings["TWO_FACTOR_IMPLEMENTATIONS"] = {"code": "flask_security.twofactor.CodeTfPlugin"}
    app.config.update({f"SECURITY_{name}": value for name, value in settings.items()})
    app.config.update({f"SECURITY_MSG_{name}": words for name, words in MESSAGES.items()})
    library = Library(
        app,
        datastore(),
        login_form=forms.SignIn,
        verify_form=forms.Again,
        forgot_password_form=forms.Forgot,
        reset_password_form=forms.Reset,
        change_password_form=forms.Change,
        two_factor_setup_form=forms.SetUp,
        two_factor_select_form=forms.Which,
        two_factor_rescue_form=forms.Rescue,
        two_factor_verify_code_form=forms.Code,
        mf_recovery_form=forms.Recovery,
        mail_util_cls=Letters,
        totp_cls=Codes,
        mf_recovery_codes_util_cls=RecoveryCodes,
        wan_register_form=forms.NewPasskey,
        wan_signin_response_form=forms.PasskeyAnswer,
    )
    library.want_json(lambda _request: False)
    _keep_out_of_the_way(app, library)


def _keep_out_of_the_way(app: Flask, library: Library) -> None:
    """Take away what the library would do at every request and every page, the public ones included."""
    library.login_manager.user_loader(from_session)
    library.login_manager.request_loader(None)
    library.login_manager.session_protection = None  # type: ignore[assignment] # as its documentation says
    app.before_request_funcs[None].remove(library.principal._on_before_request)  # noqa: SLF001 - no other way
    app.after_request_funcs[None].remove(library.login_manager._update_remember_cookie)  # noqa: SLF001
    for processor in list(app.template_context_processors[None]):
        if processor.__module__.startswith(("flask_login", "flask_security")):
            app.template_context_processors[None].remove(processor)

    def lost_second_factor() -> Response:
        return redirect(url_for("security.mf_recovery"), 303)

    app.view_functions["security.two_factor_rescue"] = lost_second_factor

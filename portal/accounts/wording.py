"""What Flask-Security says, in our words; it puts them into the language of the page by our catalogues."""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return text


START_AGAIN = _("This page was open for too long, or was used already. Start again.")
WRONG = _("The e-mail address or the password is wrong.")
NO_CODE = _("This code is wrong, too old, or was used already.")
NO_KEY = _("This passkey did not sign you in. Try again, or use your password.")

MESSAGES: dict[str, tuple[str, str]] = {
    "API_ERROR": (START_AGAIN, "error"),
    "GENERIC_AUTHN_FAILED": (WRONG, "error"),
    "GENERIC_RECOVERY": (_("If there is an account with this address, a link is on its way to it."), "info"),
    "UNAUTHENTICATED": (_("Sign in to see this page."), "error"),
    "UNAUTHORIZED": (_("This page is for other roles than yours."), "error"),
    "REAUTHENTICATION_REQUIRED": (_("Type your password again to go on."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (_("The two passwords are different."), "error"),
    "PASSWORD_MISMATCH": (_("The two passwords are different."), "error"),
    "INVALID_RECOVERY_CODE": (_("This recovery code is wrong or was used already."), "error"),
    "NO_RECOVERY_CODES_SETUP": (_("You have no recovery codes yet."), "info"),
    "PASSWORD_RESET_REQUEST": (
        _("If there is an account with this address, a link is on its way to it."),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (_("This link is too old. Ask for a new one here."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        _("This link is wrong or was used already. Ask for a new one here."),
        "error",
    ),
    "DISABLED_ACCOUNT": (WRONG, "error"),
    "EMAIL_NOT_PROVIDED": (_("Write your e-mail address."), "error"),
    "INVALID_EMAIL_ADDRESS": (_("This is not an e-mail address. Write it like name@example.org."), "error"),
    "INVALID_INPUT": (_("This cannot be used here. Write something else."), "error"),
    "INVALID_INPUT_LENGTH": (_("This is too long. Shorten it."), "error"),
    "PASSWORD_NOT_PROVIDED": (_("Write your password."), "error"),
    "PASSWORD_INVALID_LENGTH": (
        _("The password needs %(length)s characters or more. Several words in a row are easy to remember."),
        "error",
    ),
    "USER_DOES_NOT_EXIST": (WRONG, "error"),
    "INVALID_PASSWORD": (_("The password is wrong."), "error"),
    "FORGOT_PASSWORD": (_("Forgotten your password?"), "info"),
    "PASSWORD_RESET_NO_LOGIN": (_("Your password is changed. Sign in with it."), "success"),
    "PASSWORD_IS_THE_SAME": (_("This is the password you have now. Choose another."), "error"),
    "PASSWORD_CHANGE": (
        _("Your password is changed, and you were signed out on all your other devices."),
        "success",
    ),
    "REAUTHENTICATION_SUCCESSFUL": (_("Thank you. Go on with what you were doing."), "info"),
    "INVALID_REDIRECT": (START_AGAIN, "error"),
    "TWO_FACTOR_INVALID_TOKEN": (NO_CODE, "error"),
    "INVALID_CODE": (NO_CODE, "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("", "success"),  # the page that follows says it, in its own language
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        _("Your authenticator app is set up. You will be asked for a code at each sign-in."),
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (START_AGAIN, "error"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (_("This second factor cannot be used here."), "error"),
    "TWO_FACTOR_DISABLED": (
        _("Your authenticator app is taken away. Your password alone signs you in."),
        "success",
    ),
    "TWO_FACTOR_SETUP_EXPIRED": (START_AGAIN, "error"),
    "WEBAUTHN_EXPIRED": (START_AGAIN, "error"),
    "WEBAUTHN_NAME_REQUIRED": (_("Give the passkey a name, for example “My phone”."), "error"),
    "WEBAUTHN_NAME_INUSE": (_("You have a passkey of this name. Choose another name."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (_("You have no passkey of this name."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (
        _("The name can hold letters, digits, spaces, hyphens and underscores."),
        "error",
    ),
    "WEBAUTHN_CREDENTIAL_DELETED": (_("The passkey is taken away."), "info"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (_("The passkey is kept."), "info"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (_("This passkey is kept already."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (NO_KEY, "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (NO_KEY, "error"),
    "WEBAUTHN_NO_VERIFY": (NO_KEY, "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (NO_KEY, "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (NO_KEY, "error"),
}
"""The library's name of a message -> our words and its category."""

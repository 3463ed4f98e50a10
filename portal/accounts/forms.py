"""The forms of the account pages: Flask-Security's, with our labels, hints and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import lazy_gettext
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSelectForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.forms import (
    EmailValidation,
    NextFormMixin,
    email_required,
    password_required,
    valid_user_email,
)
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.webauthn import WebAuthnRegisterForm, WebAuthnSigninResponseForm
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, EqualTo, Length

from portal.identity.models import Device
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterator

_: Any = lazy_gettext
"""For labels and messages: WTForms takes lazy texts, though its types ask for text."""

START = "/staff/"
"""Where somebody goes who signs in and was on the way to no page."""

SHORTEST_PASSWORD = 12

LONGEST_PASSWORD = 1000
"""Characters; hashing a longer one would only cost time."""

PASSWORD_HINT = _("12 characters or more. Several words in a row are easy to remember.")


def _password(label: Any, *, new: bool = False, hint: Any = "") -> Any:
    return PasswordField(
        label,
        description=hint,
        render_kw={"autocomplete": "new-password" if new else "current-password"},
        validators=[
            password_required,
            Length(max=LONGEST_PASSWORD, message=_("This is too long. Shorten it.")),
        ],
    )


def _code(label: Any, hint: Any) -> Any:
    return StringField(
        label,
        description=hint,
        render_kw={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"},
        validators=[DataRequired(_("Write the code."))],
    )


class Complaining:
    """What is wrong with a form, for the summary at the top of its page."""

    def complaints(self) -> Iterator[tuple[str, object]]:
        """The id of the control (empty for the whole form) and the sentence, in the form's order."""
        yield from (("", sentence) for sentence in dict.fromkeys(map(str, self.form_errors)))  # type: ignore[attr-defined]
        for field in self:  # type: ignore[attr-defined]
            yield from (
                (f"{field.id}-0" if field.type == "RadioField" else field.id, one) for one in field.errors
            )


class SignIn(Complaining, LoginForm):
    """Address and password."""

    email = EmailField(
        _("E-mail address"),
        render_kw={"autocomplete": "username"},
        validators=[email_required, EmailValidation(verify=False)],
    )
    password = _password(_("Password"))
    remember = None  # type: ignore[assignment] # nobody is remembered beyond the session

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.password.description = ""
        self.next.data = self.next.data or START


class Again(Complaining, VerifyForm):
    """The password once more."""

    password = _password(_("Password"))


class Forgot(Complaining, ForgotPasswordForm):
    """The address to send a link to."""

    email = EmailField(
        _("E-mail address"),
        render_kw={"autocomplete": "username"},
        validators=[email_required, EmailValidation(verify=True), valid_user_email],
    )

    def validate(self, *args: Any, **options: Any) -> bool:
        """Whether a link is to be sent; where there is no account, something is written all the same."""
        if super().validate(*args, **options):
            return True
        with store.write():
            Device.update(seen_at=0).where(Device.id == "").execute()
        return False


class Reset(Complaining, ResetPasswordForm):
    """A new password, by a link."""

    password = _password(_("New password"), new=True, hint=PASSWORD_HINT)
    password_confirm = PasswordField(
        _("New password again"),
        render_kw={"autocomplete": "new-password"},
        validators=[EqualTo("password", _("The two passwords are different.")), password_required],
    )


class Change(Complaining, ChangePasswordForm):
    """A new password, by the old one."""

    password = _password(_("Password you have now"))
    new_password = _password(_("New password"), new=True, hint=PASSWORD_HINT)
    new_password_confirm = PasswordField(
        _("New password again"),
        render_kw={"autocomplete": "new-password"},
        validators=[EqualTo("new_password", _("The two passwords are different.")), password_required],
    )


class Code(Complaining, TwoFactorVerifyCodeForm):
    """A code of the authenticator app."""

    code = _code(_("Code"), _("The six digits that your authenticator app shows now."))


class Recovery(Complaining, MfRecoveryForm):
    """A recovery code."""

    code = _code(_("Recovery code"), _("One of the codes you kept, for example 1a2b-3c4d-5e6f."))


class Offer(StringField):
    """A choice whose views write its choices down, and whose templates draw them themselves."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.choices: list[tuple[str, str]] = []


class SetUp(Complaining, TwoFactorSetupForm):
    """Set the authenticator app up, or take it away."""

    setup = Offer()  # type: ignore[assignment] # drawn by the template


class Which(Complaining, TwoFactorSelectForm):
    """Which of several second factors."""

    which = Offer()  # type: ignore[assignment] # drawn by the template


class Rescue(Complaining, TwoFactorRescueForm):
    """Nothing is offered here: recovery codes have their own page."""

    help_setup = Offer()  # type: ignore[assignment] # drawn by the template


class NewPasskey(Complaining, WebAuthnRegisterForm):
    """A name for a passkey, and what it is for."""

    name = StringField(
        _("Name of the passkey"),
        description=_("So that you can tell it from others, for example “My phone”."),
        validators=[DataRequired(_("Give the passkey a name, for example “My phone”."))],
    )
    usage = RadioField(
        _("What it is for"),
        choices=[
            SelectChoice("first", _("To sign in with it alone, without a password")),
            SelectChoice("secondary", _("As a second factor, after the password")),
        ],
        default="first",
    )


class PasskeyAnswer(WebAuthnSigninResponseForm):
    """What a browser answers with a passkey."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.next.data = self.next.data or request.args.get("next") or START


class Joining(Complaining, NextFormMixin, FlaskForm):
    """What somebody tells who opens an invitation."""

    class Meta(FlaskForm.Meta):
        """The gate holds every post against its token; a form need not do it again."""

        csrf = False

    next = HiddenField()
    name = StringField(
        _("Your name"),
        description=_("As the team knows you."),
        render_kw={"autocomplete": "name"},
        validators=[
            DataRequired(_("Write your name.")),
            Length(max=200, message=_("This is too long. Shorten it.")),
        ],
    )
    password = _password(_("Password"), new=True, hint=PASSWORD_HINT)
    password_confirm = PasswordField(
        _("Password again"),
        render_kw={"autocomplete": "new-password"},
        validators=[EqualTo("password", _("The two passwords are different.")), password_required],
    )


class FirstPerson(Joining):
    """What the first person of all tells."""

    email = EmailField(
        _("E-mail address"),
        description=_("You sign in with it."),
        render_kw={"autocomplete": "username"},
        validators=[email_required, EmailValidation(verify=True)],
    )

"""The tables of the team: people, their roles, passkeys and signed-in devices, and who was invited."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask_security import RoleMixin, UserMixin, WebAuthnMixin
from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    Model,
    TextField,
)

from portal.identity.roles import SEES_RECORDS
from surveys.responses import store
from surveys.responses.documents import DocumentField

if TYPE_CHECKING:
    from peewee import Field

    _BytesBase = Field[Any]
else:
    _BytesBase = TextField


class BytesField(_BytesBase):
    """Bytes as hexadecimal text, the same in SQLite and PostgreSQL, so that they can be looked up."""

    field_type = "TEXT"

    def db_value(self, value: Any) -> str | None:
        """The bytes as text."""
        return None if value is None else bytes(value).hex()

    def python_value(self, value: Any) -> bytes | None:
        """The text as bytes."""
        return None if value is None else bytes.fromhex(value)


class _Table(Model):
    class Meta:
        database = store.database
        legacy_table_names = False
        only_save_dirty = True  # whoever saves one field never brings an older value of another back


class Role(_Table, RoleMixin):  # type: ignore[misc] # both compare in their own way
    """A role by its name; what each may do stands in `roles`."""

    name = CharField(primary_key=True, max_length=40)

    class Meta:
        """The table's name says whose role it is."""

        table_name = "person_role_name"


class User(UserMixin, _Table):
    """Somebody of the team.

    The pseudonym stands for the person in the audit and is never given again. `fs_uniquifier` changes with
    the password, so that every older session ends. `totp_counter` is the half minute of the last code used.
    """

    id = AutoField()
    email = CharField(unique=True, max_length=254)
    password = CharField(max_length=255, null=True)
    active = BooleanField(default=True)
    name = CharField(max_length=200)
    language = CharField(max_length=8, default="en")
    pseudonym = CharField(unique=True, max_length=32, default=store.random_id)
    created_at = BigIntegerField(default=store.now)
    fs_uniquifier = CharField(unique=True, max_length=64, default=store.random_id)
    fs_webauthn_user_handle = CharField(unique=True, max_length=64, default=store.random_id)
    tf_primary_method = CharField(max_length=20, null=True)
    tf_totp_secret = TextField(null=True)
    totp_counter = BigIntegerField(null=True)
    mf_recovery_codes = DocumentField(null=True)

    class Meta:
        """`user` is a reserved word in PostgreSQL."""

        table_name = "person"

    if TYPE_CHECKING:
        webauthn: Any

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The names of the person's roles, as they were when first asked for."""
        links = UserRole.select(UserRole.role).where(UserRole.user == self.id)
        return frozenset(link.role_id for link in links)

    @property
    def roles(self) -> list[Role]:  # type: ignore[override] # read alone
        """The roles as Flask-Security reads them."""
        return [Role(name=name) for name in sorted(self.role_names)]

    @property
    def has_second_factor(self) -> bool:
        """Whether a password alone does not sign this person in."""
        keys = Passkey.select().where(Passkey.user == self.id, Passkey.usage == "secondary")
        return bool(self.tf_primary_method and self.tf_totp_secret) or keys.exists()

    @property
    def has_passkeys_alone(self) -> bool:
        """Whether the only second factor is a passkey, which a portal without that extra cannot ask for."""
        return self.has_second_factor and not (self.tf_primary_method and self.tf_totp_secret)

    @property
    def needs_second_factor(self) -> bool:
        """Whether one of the person's roles asks for a second factor."""
        return bool(self.role_names & SEES_RECORDS)

    def check_tf_required_setup(self) -> bool:
        """Flask-Security asks whether the second factor may be taken away."""
        return self.needs_second_factor


class UserRole(_Table):
    """That a person has a role."""

    user = ForeignKeyField(User, backref="links", on_delete="CASCADE")
    role = ForeignKeyField(Role, on_delete="CASCADE")

    class Meta:
        """A person has a role once."""

        table_name = "person_role"
        primary_key = CompositeKey("user", "role")

    if TYPE_CHECKING:
        user_id: int
        role_id: str


class Passkey(_Table, WebAuthnMixin):
    """A passkey: the public half of a key that stays on the person's device."""

    id = AutoField()
    user = ForeignKeyField(User, backref="webauthn", on_delete="CASCADE")
    name = CharField(max_length=64)
    credential_id = BytesField(unique=True)
    public_key = BytesField()
    sign_count = BigIntegerField(default=0)
    transports = DocumentField(null=True)
    extensions = TextField(null=True)
    usage = CharField(max_length=20)
    backup_state = BooleanField(default=False)
    device_type = CharField(max_length=40)
    used_at = BigIntegerField(default=store.now)

    if TYPE_CHECKING:
        user_id: int

    @property
    def lastuse_datetime(self) -> datetime:
        """The last use as Flask-Security writes times: UTC, without saying so."""
        return datetime.fromtimestamp(self.used_at, UTC).replace(tzinfo=None)

    @lastuse_datetime.setter
    def lastuse_datetime(self, at: datetime) -> None:
        self.used_at = int(at.replace(tzinfo=UTC).timestamp())


class Device(_Table):
    """A browser that is signed in, or was: the hash of what its cookie holds, and no address.

    `browser` and `system` are names, such as Firefox and Windows; empty when they are not known.
    """

    id = CharField(primary_key=True, max_length=32, default=store.random_id)
    hash = CharField(unique=True, max_length=64)
    user = ForeignKeyField(User, backref="devices", on_delete="CASCADE")
    browser = CharField(max_length=40)
    system = CharField(max_length=40)
    created_at = BigIntegerField(default=store.now)
    seen_at = BigIntegerField(default=store.now)
    ended_at = BigIntegerField(null=True)

    if TYPE_CHECKING:
        user_id: int


class HeldForm(_Table):
    """A form that came too late: all of it in `sealed`, which only the portal's secret opens."""

    id = CharField(primary_key=True, max_length=32, default=store.random_id)
    device = ForeignKeyField(Device, on_delete="CASCADE")
    sealed = TextField()
    kept_at = BigIntegerField(default=store.now, index=True)


class Invitation(_Table):
    """An invitation to the team; its link is kept as a hash."""

    id = CharField(primary_key=True, max_length=32, default=store.random_id)
    email = CharField(max_length=254)
    name = CharField(max_length=200)
    language = CharField(max_length=8)
    roles = DocumentField()
    hash = CharField(unique=True, max_length=64)
    invited_by = CharField(max_length=32)
    created_at = BigIntegerField(default=store.now)
    expires_at = BigIntegerField()
    used_at = BigIntegerField(null=True)
    withdrawn_at = BigIntegerField(null=True)


class SetUpLink(_Table):
    """The one link that makes the first person; a new one takes the place of the old."""

    id = AutoField()
    hash = CharField(max_length=64)
    made_at = BigIntegerField(default=store.now)


TABLES: tuple[type[Model], ...] = (Role, User, UserRole, Passkey, Device, HeldForm, Invitation, SetUpLink)

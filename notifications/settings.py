"""The settings of an installation, `anumat.toml`: how mail leaves, and where what is ours lies.

Checked once (notifications.settings_file), then passed down. Paths in it begin at the file's own
folder. Passwords are not in it: it says where they are, and they are read when a way out is made.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from engine.errors import wrong
from notifications.settings_values import (
    LOOPBACK,
    Address,
    AFile,
    AFolder,
    Flag,
    Name,
    Place,
    Port,
    Said,
    Seconds,
    There,
    Url,
    Word,
)

PORTS = {"starttls": 587, "tls": 465, "none": 25}


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _Login(_Section):
    """A user's name, and where the password is."""

    username: Word | None = None
    password_file: AFile | None = None
    password_env: Word | None = None
    ca_file: AFile | None = None

    @model_validator(mode="after")
    def _one_password(self) -> Self:
        _at_most_one("password", self.password_file, self.password_env)
        if (self.username is None) != (self.password_file is None and self.password_env is None):
            raise Said(
                "username กับ password_file หรือ password_env ต้องมาด้วยกัน",
                "username goes with password_file or password_env, and they with it",
            )
        return self

    def password(self, environment: Mapping[str, str]) -> str:
        return _secret(self.password_file, self.password_env, environment)


class Mail(_Login):
    """The relay. `bounces` is the envelope's sender, to which returned mail goes."""

    host: Word
    port: Port | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Address
    sender_name: Name = "Anumat"
    bounces: Address | None = None
    hello: Word | None = None
    timeout: Seconds = 30.0

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> Self:
        if self.security == "none" and self.username and self.host not in LOOPBACK:
            raise Said(
                'security = "none" ส่งรหัสผ่านโดยไม่เข้ารหัส ใช้ starttls หรือ tls',
                'security = "none" would send the password unencrypted: use starttls or tls',
            )
        return self

    @property
    def at_port(self) -> int:
        return self.port or PORTS[self.security]


class Archive(_Login):
    """Who gets a hidden copy of everything, and where it can be searched: a Maildir or mbox, or an
    account by IMAP over TLS."""

    address: Address
    mailbox: There | None = None
    host: Word | None = None
    port: Port = 993
    folder: Annotated[str, Field(min_length=1, max_length=200)] = "INBOX"

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        _at_most_one("mailbox, host", self.mailbox, self.host)
        if self.host is not None and self.username is None:
            raise Said("host ต้องมี username", "host needs a username")
        if not self.folder.isprintable():
            raise Said("folder มีอักขระที่พิมพ์ไม่ได้", "folder has characters that cannot be shown")
        return self


class Webhook(_Section):
    """A group's chat."""

    url: Url
    to: Word
    token_file: AFile | None = None
    token_env: Word | None = None
    ca_file: AFile | None = None

    @model_validator(mode="after")
    def _one_token(self) -> Self:
        _at_most_one("token", self.token_file, self.token_env)
        if self.token_file is None and self.token_env is None:
            raise Said("ต้องมี token_file หรือ token_env", "token_file or token_env is required")
        return self

    def token(self, environment: Mapping[str, str]) -> str:
        return _secret(self.token_file, self.token_env, environment)


class Letters(_Section):
    """An office's own wording, fonts and emblem, in the place of the shipped ones."""

    templates: AFolder | None = None
    fonts: AFolder | None = None
    emblem: AFile | None = None


class Outbox(_Section):
    """`keep_copy`: what goes out by mail is laid into the folder too."""

    folder: Place | None = None
    keep_copy: Flag = False


class Settings(_Section):
    mail: Mail | None = None
    archive: Archive | None = None
    webhook: Webhook | None = None
    letters: Letters = Letters()
    outbox: Outbox = Outbox()

    @model_validator(mode="after")
    def _archive_of_mail(self) -> Self:
        if self.archive and not self.mail:
            raise Said("[archive] ต้องมี [mail]", "[archive] needs [mail]")
        return self

    def warnings(self) -> Iterator[tuple[str, str]]:
        """Files with a password that everybody on the machine can read, in Thai and English. Only
        a warning: some systems that hand out such files give them no other mode."""
        logins = (self.mail, self.archive)
        files = [each.password_file for each in logins if each]
        files += [self.webhook.token_file] if self.webhook else []
        for file in filter(None, files):
            if _open_to_all(file):
                yield (
                    f"ทุกคนในเครื่องอ่าน {file} ได้ ควรใช้ chmod o-r",
                    f"everybody on this machine can read {file}: chmod o-r",
                )


def _open_to_all(file: Path) -> bool:
    with suppress(OSError):
        return os.name == "posix" and bool(file.stat().st_mode & stat.S_IROTH)
    return False


def _at_most_one(what: str, *given: object) -> None:
    if all(each is not None for each in given):
        raise Said(f"{what}: ใช้ได้ทางเดียว", f"{what}: one way, not two")


def _secret(file: Path | None, variable: str | None, environment: Mapping[str, str]) -> str:
    """Raises WrongUse where there is none, or one that cannot be sent; never shows it."""
    where = str(file) if file else f"${variable}"
    try:
        text = file.read_text("utf-8") if file else environment.get(variable or "", "")
    except (OSError, UnicodeDecodeError):
        raise wrong("settings", "อ่านรหัสผ่านไม่ได้", "cannot read the password", where) from None
    found = text.strip("\r\n")
    if not found:
        raise wrong("settings", "ไม่มีรหัสผ่าน", "there is no password", where)
    if not (found.isascii() and found.isprintable()):
        raise wrong(
            "settings",
            "รหัสผ่านต้องเป็นอักษร ASCII บรรทัดเดียว",
            "a password is one line of ASCII characters",
            where,
        )
    return found

"""Credentials found in another tool's file, not verified yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from pathlib import Path

from twauth_gui.domain.account_names import HandleError, parse_handle
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.display_text import to_printable_line
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field, can_be_sent, clean_value

MOST = 10_000
RENEWALS = (
    "OAuth 2.0 renews access with a token that works only once, so two programs with the same token"
    " sign each other out. Sign in with OAuth 2.0 here instead."
)
_NO_VALUE = re.compile(
    r"""[.\u2026*\u2022xX_-]+ | (?i:none|null|nil|undefined|true|false|todo|change_?me|string)
    | (?i:your|my|insert|enter|replace)[_ -].* | your[a-z]* | [$%<{\[(].*""",
    re.VERBOSE | re.DOTALL,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_VALUE = 1024
_LONGEST_NAME = 60
_MOST_CHOICES = 50
_SAME_SECRET = "Another access token in the same file has the same secret."  # noqa: S105 - a text
_TWO_SECRETS = "The same access token is in the file with another secret too."
_OWNER = re.compile(r"([0-9]{1,20})-.")
_APP = (Field.API_KEY, Field.API_SECRET)
_ACCOUNT = (Field.ACCESS_TOKEN, Field.ACCESS_SECRET)


class NotLoadedError(Exception):
    """The file cannot be read as what it seems to be; the message says why, without quoting it."""


@dataclass(frozen=True, slots=True)
class FoundApp:
    """The keys of an app. label: what the file calls it, or "". line: from 1; 0 if unknown."""

    keys: AppKeys
    label: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """The credentials of an account.

    Attributes:
        app: None if the file does not say which app they belong to.
        handle: as the file has it, or "": it may be wrong, or out of date.
        line: where the access token stands, from 1; 0 if the format has no lines.
        apps: the apps of which the file leaves open which one is meant; then app is None.
        doubt: why they may not be what they seem, as a sentence; "" if nothing speaks against them.
    """

    credentials: Credentials
    app: FoundApp | None = None
    handle: str = ""
    line: int = 0
    apps: tuple[FoundApp, ...] = ()
    doubt: str = ""

    @property
    def user_id(self) -> str:
        """The user id in front of the token; "" if it is a very old one."""
        found = _OWNER.match(self.credentials.access_token.reveal())
        return found.group(1) if found else ""


class SkipKind(Enum):
    """Why an entry is not imported. The values are public: --json prints them."""

    INCOMPLETE = "incomplete"  # the value that belongs to it is missing
    AMBIGUOUS = "ambiguous"  # the file leaves open what it belongs to
    OTHER_SERVICE = "other-service"
    OAUTH2 = "oauth2"
    DAMAGED = "damaged"
    NO_KEY = "no-key"  # a placeholder, a reference, ciphertext or code in place of a key
    UNREADABLE = "unreadable"  # the file, or the rest of it


@dataclass(frozen=True, slots=True)
class SkippedEntry:
    """An entry that cannot be imported, with the reason as a sentence.

    what: its name in the file; never a value. line: from 1; 0 for a whole file.
    """

    what: str
    reason: str
    kind: SkipKind
    line: int = 0


@dataclass(frozen=True, slots=True)
class FoundFile:
    """What one file, pasted text or standard input holds.

    Attributes:
        tool: who writes such files.
        path: None for a text without a file.
        apps: those without an account.
        written_at: when the file was last changed, with a time zone; None if unknown.
    """

    tool: str
    path: Path | None
    accounts: tuple[FoundAccount, ...] = ()
    apps: tuple[FoundApp, ...] = ()
    skipped: tuple[SkippedEntry, ...] = ()
    written_at: datetime | None = None


@dataclass(slots=True)
class FoundCredentials:
    """Gathers what a reader meets, each thing once. cancel: readers look at it as they go."""

    cancel: CancelToken = field(default_factory=CancelToken)
    accounts: dict[Credentials, FoundAccount] = field(
        default_factory=dict[Credentials, FoundAccount]
    )
    apps: dict[Secret, FoundApp] = field(default_factory=dict[Secret, FoundApp])
    skipped: dict[SkippedEntry, None] = field(default_factory=dict[SkippedEntry, None])
    taken: int = 0

    @property
    def has_credentials(self) -> bool:
        return bool(self.accounts or self.apps)

    def take(
        self,
        values: Mapping[Field, object],
        *,
        what: str,
        handle: object = "",
        label: str = "",
        line: int = 0,
        apps: tuple[FoundApp, ...] = (),
        doubt: str = "",
    ) -> None:
        """Add what these values make: an account, an app, both, or the reason why neither.

        apps: of which one may be the account's, if the values leave it open. An account that comes
        again with the keys of another app is one of which it is open too.

        Raises:
            NotLoadedError: there are so many that it is no file of a person's.
            CancelledError: the person ended it.
        """
        self._count()
        clean = {name: text for name, text in map(_cleaned, values.items()) if text}
        bad = [name.value for name, text in clean.items() if not can_be_sent(text)]
        if bad:
            reason = f"The {bad[0]} is damaged: it contains characters that X never uses."
            self._leave(SkippedEntry(what, reason, SkipKind.DAMAGED, line))
            return
        keys = _keys(clean)
        app = None if keys is None else FoundApp(keys, _one_line(label), line)
        if _complete(clean, _ACCOUNT):
            credentials = Credentials(*(Secret(clean[name]) for name in _ACCOUNT))
            choices = () if app else apps
            account = FoundAccount(credentials, app, _handle(handle), line, choices, doubt)
            self._put(account)
        elif app is not None:
            self.apps.setdefault(app.keys.api_key, app)
        if not _complete(clean, _ACCOUNT) and (app is None or _has_any(clean, _ACCOUNT)):
            self._leave(SkippedEntry(what, _missing(clean), SkipKind.INCOMPLETE, line))

    def skip(self, entry: SkippedEntry) -> None:
        """Add an entry that cannot be imported; raises as take() does."""
        self._count()
        self._leave(entry)

    def add(self, other: FoundCredentials) -> None:
        """Add everything that another reader has found."""
        for account in other.accounts.values():
            self._put(account)
        for key, app in other.apps.items():
            self.apps.setdefault(key, app)
        self.skipped |= other.skipped
        self.taken += other.taken

    def give_up(self, reason: str) -> None:
        """Note that the rest of the file is not read."""
        self._leave(SkippedEntry("the file", reason, SkipKind.UNREADABLE))

    def _count(self) -> None:
        self.cancel.raise_if_cancelled()
        self.taken += 1
        if self.taken > MOST:
            raise NotLoadedError(f"It names more than {MOST:,} accounts; the first were read.")

    def _put(self, account: FoundAccount) -> None:
        """Add an account, or what it says beyond one with the same credentials."""
        known = self.accounts.get(account.credentials)
        if known is None or known == account:
            self.accounts[account.credentials] = account
            return
        apps = _merge_apps(known, account)
        open_ones = apps if len(apps) > 1 else ()
        for app in (known.app, account.app):
            if app is not None and open_ones:
                self.apps.setdefault(app.keys.api_key, app)
        self.accounts[account.credentials] = replace(
            known,
            app=apps[0] if len(apps) == 1 else None,
            apps=open_ones,
            handle=known.handle or account.handle,
            doubt=known.doubt or account.doubt,
        )

    def _leave(self, entry: SkippedEntry) -> None:
        self.skipped[replace(entry, what=_one_line(entry.what))] = None

    def _with_doubts(self) -> Iterator[FoundAccount]:
        """Yield the accounts; two cannot have the same token, nor the same secret."""
        tokens = Counter(one.access_token for one in self.accounts)
        secrets = Counter(one.access_secret for one in self.accounts)
        for one, account in self.accounts.items():
            doubt = account.doubt
            if tokens[one.access_token] > 1:
                doubt = doubt or _TWO_SECRETS
            elif secrets[one.access_secret] > 1:
                doubt = doubt or _SAME_SECRET
            yield replace(account, doubt=doubt) if doubt else account

    def found(self, tool: str, path: Path | None) -> FoundFile:
        """Return everything that was found; an app with accounts is not listed separately."""
        accounts = tuple(self._with_doubts())
        used = {one.app.keys.api_key for one in accounts if one.app is not None}
        apps = tuple(app for key, app in self.apps.items() if key not in used)
        return FoundFile(tool, path, accounts, apps, tuple(self.skipped))


def _merge_apps(one: FoundAccount, other: FoundAccount) -> tuple[FoundApp, ...]:
    """Return the apps of which each may be the account's; what one of them is sure of counts."""
    apps = [account.app for account in (one, other) if account.app]
    if not apps or one.apps:
        apps = [*one.apps, *apps, *other.apps]
    return tuple({app.keys.api_key: app for app in apps}.values())[:_MOST_CHOICES]


def _cleaned(named: tuple[Field, object]) -> tuple[Field, str]:
    name, value = named
    text = clean_value(value) if isinstance(value, str) else ""
    if len(text) > _LONGEST_VALUE or _NO_VALUE.fullmatch(text):
        return name, ""
    # A lone surrogate can come out of a JSON escape; no file and no request can carry it.
    return name, "" if not text.isascii() and _SURROGATE.search(text) else text


def _complete(values: Mapping[Field, str], names: tuple[Field, ...]) -> bool:
    return all(name in values for name in names)


def _has_any(values: Mapping[Field, str], names: tuple[Field, ...]) -> bool:
    return any(name in values for name in names)


def _keys(values: Mapping[Field, str]) -> AppKeys | None:
    if not _complete(values, _APP):
        return None
    more = (Field.BEARER_TOKEN, Field.CLIENT_ID, Field.CLIENT_SECRET)
    rest = [Secret(values[name]) if name in values else None for name in more]
    return AppKeys(*(Secret(values[name]) for name in _APP), *rest)


def _missing(values: Mapping[Field, str]) -> str:
    wanted = _ACCOUNT if _has_any(values, _ACCOUNT) else _APP
    missing = [name.value for name in wanted if name not in values]
    if not missing:
        return "There is no X key in it."
    return f"The {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing."


def _one_line(name: str) -> str:
    """Keep a name that stands in a file from being long, or from moving a cursor."""
    return " ".join(to_printable_line(name).split())[:_LONGEST_NAME]


def _handle(text: object) -> str:
    try:
        return parse_handle(text) if isinstance(text, str) else ""
    except HandleError:
        return ""

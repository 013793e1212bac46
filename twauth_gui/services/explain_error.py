"""Explanations of the errors that a bot has printed, with the account each is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.display_text import HEALTH_LABELS
from twauth_gui.domain.secret import Secret
from twauth_gui.services.container import Services
from twauth_gui.store.account_list import AccountListRow
from twauth_gui.xapi.error_text.plain_text import MAX_INPUT_BYTES, UTF16_MARKS, to_plain_text
from twauth_gui.xapi.error_text.printed_diagnosis import diagnose_printed_error, extract_message
from twauth_gui.xapi.error_text.printed_errors import PrintedError, find_printed_errors

LIMIT_WORDS = f"{MAX_INPUT_BYTES // 1024} KB"
_MAX_SHOWN = 10
_MAX_READ = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_BOM_BYTES = 2
_MIN_KEY_LENGTH = 6

_ELSEWHERE_HINT = "If the bot runs on another computer, check that one."
_COMPUTER_KINDS = frozenset(
    {
        ProblemKind.CLOCK,
        ProblemKind.NO_NETWORK,
        ProblemKind.REFUSED,
        ProblemKind.TIMED_OUT,
        ProblemKind.TLS,
        ProblemKind.REDIRECTED,
    }
)
_CHECKED_STATES = frozenset(HEALTH_LABELS) - {"never-checked"}
_CREDENTIAL_KINDS = frozenset(
    {ProblemKind.UNKNOWN, ProblemKind.WRONG_KEYS, ProblemKind.REVOKED, ProblemKind.REFRESH_SPENT}
)


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """What identifies an account in a text. app: its label. health: as it is stored."""

    id: str
    handle: str
    user_id: str
    app: str = ""
    health: str = "never-checked"

    @property
    def at_handle(self) -> str:
        return f"@{self.handle}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One error, explained.

    line: of the text, from 1. x_message: X's own words, redacted. account: the one it is about, if
    known. app: its label, if known. hints: what to keep in mind with this text.
    """

    diagnosis: Diagnosis
    line: int = 0
    x_message: str = ""
    account: KnownAccount | None = None
    app: str = ""
    hints: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether the reason is known, and not only that X refused."""
        return self.diagnosis.kind is not ProblemKind.UNKNOWN

    @property
    def details(self) -> str:
        """Status, X's code, the call and X's transaction id, as far as the text has them."""
        evidence = self.diagnosis.evidence
        status = "" if evidence.status is None else f"status {evidence.status}"
        code = f"code {evidence.code}" if evidence.code.isdecimal() else evidence.code
        code = "" if code == "about:blank" else code
        number = f"transaction {evidence.transaction_id}" if evidence.transaction_id else ""
        return ", ".join(one for one in (status, code, evidence.endpoint, number) if one)


@dataclass(frozen=True, slots=True)
class ErrorExplanations:
    """The errors of a text; those with a known reason first. is_truncated: only its end was read.

    key_prefixes: what may be API keys, or their beginnings, to recognise an app by.
    """

    explanations: tuple[Explanation, ...] = ()
    is_truncated: bool = False
    key_prefixes: tuple[Secret, ...] = field(default=(), repr=False)

    @property
    def is_known(self) -> bool:
        return any(one.is_known for one in self.explanations)


def explain_error(
    data: bytes,
    known: Sequence[KnownAccount],
    now: datetime,
    *,
    app: str = "",
    callback: str = "",
    cut: bool = False,
) -> ErrorExplanations:
    """Explain a text. Never raises; asks neither X nor the keychain; linear in time.

    Args:
        data: what the bot has printed; of more than MAX_INPUT_BYTES only the end is read.
        known: the stored accounts.
        now: the time, to tell which limits are over.
        app: label of the app whose key was recognised in the text.
        callback: that app's callback.
        cut: whether some of the text is missing.
    """
    text = to_plain_text(data)
    mentions = _AccountMentions(text, known)
    found = [
        _explain_one(one, mentions, diagnose_printed_error(one, now, callback), app)
        for one in find_printed_errors(text)
    ]
    found.sort(key=lambda one: not one.is_known)  # stable: among equals the order stays
    return ErrorExplanations(
        tuple(_without_duplicates(found))[:_MAX_SHOWN],
        cut or len(data) > MAX_INPUT_BYTES,
        _find_key_prefixes(text),
    )


def _explain_one(
    printed: PrintedError, mentions: _AccountMentions, diagnosis: Diagnosis, app: str
) -> Explanation:
    account = mentions.find_account_near(printed.start)
    return Explanation(
        diagnosis,
        printed.line,
        extract_message(printed.fields),
        account,
        app or (account.app if account else ""),
        tuple(_hints(diagnosis.kind, account)),
    )


def _hints(kind: ProblemKind, account: KnownAccount | None) -> Iterable[str]:
    if kind in _COMPUTER_KINDS:
        yield _ELSEWHERE_HINT
    if kind in _CREDENTIAL_KINDS and account is not None and account.health in _CHECKED_STATES:
        yield f"{account.at_handle} at the last check in Twauth: {HEALTH_LABELS[account.health]}."


def _without_duplicates(found: Iterable[Explanation]) -> Iterable[Explanation]:
    seen: set[tuple[str, str, str]] = set()
    for one in found:
        key = (one.diagnosis.title, one.account.id if one.account else "", one.x_message)
        if key not in seen:
            seen.add(key)
            yield one


# -- which account it is ---------------------------------------------------------------------------

# The more certain, the later; the group is a user id or a handle.
_NUMBERS = (
    re.compile(r"(?:user_?id|userid|id_str|author_id)[\"']?\W{1,5}(\d{2,20})(?!\d)", re.IGNORECASE),
    re.compile(r"/users/(\d{2,20})(?!\d)"),
    re.compile(r"(?<![\w-])(\d{2,20})-[A-Za-z0-9]{3,60}"),
)
_HANDLES = (
    re.compile(r"(?<![\w@])@(\w{1,15})(?!\w)"),
    re.compile(r"\b(?:x|twitter)\.com/(\w{1,15})(?![\w/]|\.json)"),
    re.compile(
        r"(?:screen_?name|user_?name|handle|account|bot)[\"']?(?:\s{0,2}[=:]\s{0,2}| )"
        r"[\"'@]{0,2}(\w{1,15})(?!\w)",
        re.IGNORECASE,
    ),
)
_KEY = re.compile(
    r"(?:oauth_consumer_key|consumer_?key|api_?key|app_?key)[\"']?\s{0,2}[=:]\s{0,2}[\"']?"
    r"([A-Za-z0-9]{6,60})",
    re.IGNORECASE,
)


class _AccountMentions:
    """Places where a text names stored accounts, with how certain each is."""

    def __init__(self, text: str, known: Sequence[KnownAccount]) -> None:
        self._found: list[tuple[int, int, KnownAccount]] = []
        by_number = _unambiguous(
            {one.user_id: one for one in known}, [one.user_id for one in known]
        )
        names = [one.handle.casefold() for one in known]
        by_handle = _unambiguous(dict(zip(names, known, strict=True)), names)
        if not known:
            return
        for certainty, pattern in enumerate((*_HANDLES, *_NUMBERS)):
            table = by_handle if pattern in _HANDLES else by_number
            for hit in pattern.finditer(text):
                account = table.get(hit.group(1).casefold())
                if account is not None:
                    self._found.append((certainty, hit.start(), account))

    def find_account_near(self, place: int) -> KnownAccount | None:
        """Return the account that is named most certainly; of several, the nearest."""
        best = max(self._found, key=lambda one: (one[0], -abs(place - one[1])), default=None)
        return best[2] if best else None


def _unambiguous(table: dict[str, KnownAccount], names: Sequence[str]) -> dict[str, KnownAccount]:
    """Leave out accounts that are under two apps: which one is meant is unknown."""
    return {name: one for name, one in table.items() if name and names.count(name) == 1}


def _find_key_prefixes(text: str) -> tuple[Secret, ...]:
    return tuple({Secret(hit.group(1)) for hit in _KEY.finditer(text)})[:_MAX_SHOWN]


def find_app_by_key_prefix(services: Services, prefixes: Sequence[Secret]) -> str:
    """Return the label of the one app whose API key starts with a prefix; "" for none or several.

    The person is not prompted: if the vault is locked, no app is recognised.
    """
    if not prefixes:
        return ""
    found: set[str] = set()
    try:
        if services.vaults.find_problem() is not None:
            return ""
        for app in services.store.apps.list_all():
            key = services.store.apps.read_keys(app.id).api_key.reveal()
            if any(_has_key_prefix(key, one.reveal()) for one in prefixes):
                found.add(app.label)
    except DiagnosedError:
        return ""
    return found.pop() if len(found) == 1 else ""


def _has_key_prefix(key: str, prefix: str) -> bool:
    return len(prefix) >= _MIN_KEY_LENGTH and key.startswith(prefix)


# -- reading ---------------------------------------------------------------------------------------


def read_known_accounts(rows: Iterable[AccountListRow]) -> list[KnownAccount]:
    """Take the accounts from the rows of the account list."""
    return [KnownAccount(one.id, one.handle, one.user_id, one.app, one.health) for one in rows]


def read_tail(stream: BinaryIO) -> tuple[bytes, bool]:
    """Return the last MAX_INPUT_BYTES of the stream, and whether bytes before them are missing.

    An endless stream is read for 64 MiB.

    Raises:
        OSError: it cannot be read.
    """
    tail, read, chunk = bytearray(), 0, bytes(_CHUNK)
    while read < _MAX_READ and len(chunk) == _CHUNK:  # less is the end, also at a terminal
        chunk = stream.read(_CHUNK)
        read += len(chunk)
        tail += chunk
        if len(tail) > MAX_INPUT_BYTES + _CHUNK:
            # It stands there alone.
            beginning = _BOM_BYTES if bytes(tail[:_BOM_BYTES]) in UTF16_MARKS else 0
            del tail[beginning : (len(tail) - MAX_INPUT_BYTES) // 2 * 2]
    return bytes(tail), read > len(tail) or read >= _MAX_READ

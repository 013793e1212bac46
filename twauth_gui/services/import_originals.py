"""The plain-text files that imported credentials came from: what they hold, and their removal."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from twauth_gui.domain.account_names import shortest_names
from twauth_gui.domain.accounts import Account, Credentials
from twauth_gui.domain.apps import AppId, AppKeys
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.secret import Secret
from twauth_gui.osfiles.descriptors import NotRegularFileError, open_regular_file, sync_directory
from twauth_gui.services.import_plan import (
    FileFingerprint,
    ImportAppItem,
    ImportResult,
    ImportStatus,
    OriginalFile,
)
from twauth_gui.services.import_planner import read_saved_credentials
from twauth_gui.store.errors import CredentialMissingError, NotFoundError
from twauth_gui.store.store import Store
from twauth_gui.transfer.found_credentials import FoundAccount, FoundFile
from twauth_gui.transfer.reader.field_names import (
    FIELD_NAMES,
    HANDLE_NAMES,
    VAGUE_HANDLE_NAMES,
    VAGUE_NAMES,
)
from twauth_gui.transfer.reader.services import X_WORDS
from twauth_gui.transfer.reader.text_decoding import decode, is_binary
from twauth_gui.transfer.tools.cawbird import MAGIC
from twauth_gui.transfer.tools.reader import MAX_BYTES, read_file

_SAVED = frozenset(
    {
        ImportStatus.IMPORTED,
        ImportStatus.NOT_VERIFIED,
        ImportStatus.REPLACED,
        ImportStatus.SAME,
    }
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_]+")
_LONGEST_NUMBER = 3  # as in API_KEY_12; a longer one is a value
_STRUCTURE = """
    export set setx env profiles profile configuration default aliases oauth oauth1 username
    screenname type credentials authorized"""
_KNOWN_WORDS = X_WORDS | frozenset(
    word
    for names in (
        *FIELD_NAMES.values(),
        *VAGUE_NAMES.values(),
        *(HANDLE_NAMES, VAGUE_HANDLE_NAMES, _STRUCTURE),
    )
    for word in re.findall("[a-z0-9]+", names)
)


class OriginalKeptError(DiagnosedError):
    """A file with imported credentials is not deleted; it is as it was."""

    def __init__(self, reason: str, kind: ProblemKind = ProblemKind.FILE_NOT_WRITTEN) -> None:
        super().__init__(Diagnosis(kind, "The file was not deleted.", reason))


@dataclass(frozen=True, slots=True, repr=False)
class _FileContent:
    """A file that was read at once. links: how many names it has on its disk."""

    raw: bytes
    fingerprint: FileFingerprint
    identity: tuple[int, int]
    links: int


@dataclass(frozen=True, slots=True, repr=False)
class _SavedItems:
    """What of the files is saved: accounts by their credentials, apps by their keys."""

    accounts: Mapping[Credentials, Account]
    apps: Mapping[tuple[Secret, Secret], AppId]


def find_originals(
    store: Store, results: Sequence[ImportResult], apps: Sequence[ImportAppItem]
) -> tuple[OriginalFile, ...]:
    """Return the plain-text files whose credentials are saved, by path; see ImportService."""
    accounts: dict[Credentials, Account] = {}
    places = [place for one in apps for place in one.places]
    for result in results:
        if result.outcome in _SAVED and result.account is not None:
            accounts[result.item.account.credentials] = result.account
            places += result.item.places
    tools: dict[Path, str] = {}
    for place in places:
        if place.path is not None:
            tools.setdefault(place.path, place.tool)
    saved = _SavedItems(accounts, _find_saved_apps(store) if apps else {})
    originals: dict[Path, OriginalFile] = {}
    for path, tool in tools.items():
        original = _examine(store, path, tool, saved)
        if original is not None:
            originals.setdefault(original.path, original)
    return tuple(originals[path] for path in sorted(originals))


def _find_saved_apps(store: Store) -> dict[tuple[Secret, Secret], AppId]:
    saved: dict[tuple[Secret, Secret], AppId] = {}
    for app in store.apps.list_all():
        keys = _read_app_keys(store, app.id)
        if keys is not None:
            saved[keys.api_key, keys.api_secret] = app.id
    return saved


def _read_app_keys(store: Store, app_id: AppId) -> AppKeys | None:
    try:
        return store.apps.read_keys(app_id)
    except (CredentialMissingError, NotFoundError):
        return None


def delete_original(store: Store, original: OriginalFile, *, force: bool = False) -> None:
    """Delete a file; see ImportService."""
    if original.others and not force:
        raise OriginalKeptError(original.others)
    if not _is_still_saved(store, original):
        reason = "Credentials that stand in it are no longer saved."
        raise OriginalKeptError(reason, ProblemKind.CHANGED_MEANWHILE)
    try:
        reading = _read(original.path)
        found = original.path.stat(follow_symlinks=False)
        is_same = reading.identity == (found.st_dev, found.st_ino)
        if reading.fingerprint != original.fingerprint or not is_same:
            raise OriginalKeptError("It was changed meanwhile.", ProblemKind.CHANGED_MEANWHILE)
        original.path.unlink()
        sync_directory(original.path.parent)
    except NotRegularFileError as error:
        raise OriginalKeptError("It was replaced meanwhile.") from error
    except OSError as error:
        raise OriginalKeptError(f"The system says: {error.strerror}.") from error


def _is_still_saved(store: Store, original: OriginalFile) -> bool:
    try:
        for account_id, credentials in original.saved:
            if read_saved_credentials(store, store.accounts.get(account_id)) != credentials:
                return False
    except NotFoundError:
        return False
    for app_id, keys in original.saved_apps:
        saved = _read_app_keys(store, app_id)
        if saved is None or (saved.api_key, saved.api_secret) != (keys.api_key, keys.api_secret):
            return False
    return True


def _examine(store: Store, path: Path, tool: str, saved: _SavedItems) -> OriginalFile | None:
    """Return what is known of a file; None if nothing saved is in it now, or it is no text."""
    try:
        real = path.resolve()
        before = _read(real)
        found = read_file(real)
        if before.raw.startswith(MAGIC) or _read(real).fingerprint != before.fingerprint:
            return None
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle
        return None
    inside = [one for one in found.accounts if one.credentials in saved.accounts]
    apps = [one.keys for one in found.apps if (one.keys.api_key, one.keys.api_secret) in saved.apps]
    if not (inside or apps):
        return None
    accounts = [saved.accounts[one.credentials] for one in inside]
    saved_apps = tuple((saved.apps[one.api_key, one.api_secret], one) for one in apps)
    values = {*_list_values(inside, accounts)}
    for app_id in {*(one.app_id for one in accounts), *(app_id for app_id, _ in saved_apps)}:
        values |= {*_list_app_values(store, app_id)}
    return OriginalFile(
        real,
        tool,
        tuple((one.id, it.credentials) for one, it in zip(accounts, inside, strict=True)),
        _format_commands(store, accounts),
        _describe_others(found, values, len(inside), before),
        before.fingerprint,
        saved_apps,
    )


def _read(path: Path) -> _FileContent:
    """Read a plain file; raises as open_regular_file() does."""
    with open_regular_file(path, MAX_BYTES + 1) as descriptor:
        found = os.fstat(descriptor)
        raw = os.read(descriptor, MAX_BYTES + 1)
    fingerprint = FileFingerprint(len(raw), found.st_mtime_ns, hashlib.sha256(raw).hexdigest())
    return _FileContent(raw, fingerprint, (found.st_dev, found.st_ino), found.st_nlink)


def _format_commands(store: Store, accounts: Sequence[Account]) -> str:
    labels = {app.id: app.label for app in store.apps.list_all()}
    names = shortest_names(store.accounts.list_all(), labels)
    shown = [names.get(one.id, one.at_handle) for one in accounts]
    return "\n".join(f"twauth run {shlex.quote(name)} -- …" for name in dict.fromkeys(shown))


# -- what else stands in a file --------------------------------------------------------------------


def _describe_others(found: FoundFile, values: set[str], saved: int, reading: _FileContent) -> str:
    """Return a sentence about everything that is not imported; "" if there is nothing.

    values: what is saved. saved: the number of accounts that are.
    """
    parts: list[str] = []
    left = len(found.accounts) - saved
    if left:
        parts.append(f"{pluralize(left, 'account')} that {_was(left)} not imported")
    if is_binary(reading.raw):
        parts.append("what no text shows")
    elif lines := list(_lines_with_more(decode(reading.raw), values)):
        where = f"line {lines[0]}" if len(lines) == 1 else f"the first is line {lines[0]}"
        parts.append(f"{pluralize(len(lines), 'line')} with something else ({where})")
    elif found.skipped:
        parts.append(
            f"{pluralize(len(found.skipped), 'value')} that {_was(len(found.skipped))} not imported"
        )
    sentences = [f"It also holds {' and '.join(parts)}."] if parts else []
    if reading.links > 1:
        sentences.append("It has another name on this disk, under which it stays.")
    return " ".join(sentences)


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _lines_with_more(text: str, values: set[str]) -> Iterator[int]:
    """Yield the lines with a word that is neither a saved value nor part of a field's name."""
    longest_first = sorted(values, key=len, reverse=True)
    text = re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", " ", text)
    for number, line in enumerate(text.splitlines(), 1):
        if not all(map(_is_known, _WORD.findall(line))):
            yield number


def _list_values(inside: Sequence[FoundAccount], accounts: Sequence[Account]) -> Iterator[str]:
    """Yield the credentials of a file that are saved, and the names of its accounts."""
    for one, account in zip(inside, accounts, strict=True):
        yield one.credentials.access_token.reveal()
        yield one.credentials.access_secret.reveal()
        yield from (name for name in (one.handle, account.handle) if name)


def _list_app_values(store: Store, app_id: AppId) -> Iterator[str]:
    """Yield the keys of an app that are saved."""
    keys = _read_app_keys(store, app_id)
    if keys is not None:
        more = (keys.bearer_token, keys.client_id, keys.client_secret)
        yield from (key.reveal() for key in (keys.api_key, keys.api_secret, *more) if key)


def _is_known(word: str) -> bool:
    if word.isascii() and word.isdecimal():
        return len(word) <= _LONGEST_NUMBER
    return word.lower() in _KNOWN_WORDS

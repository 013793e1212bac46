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
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.display_text import pluralize
from twauth_gui.osfiles.descriptors import NotRegularFileError, open_regular_file, sync_directory
from twauth_gui.services.import_plan import (
    FileFingerprint,
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


def find_originals(store: Store, results: Sequence[ImportResult]) -> tuple[OriginalFile, ...]:
    """Return the plain-text files whose credentials are saved; see ImportService."""
    saved: dict[Credentials, Account] = {}
    tools: dict[Path, str] = {}
    for result in results:
        if result.outcome in _SAVED and result.account is not None:
            saved[result.item.account.credentials] = result.account
            for place in result.item.places:
                if place.path is not None:
                    tools.setdefault(place.path, place.tool)
    originals: dict[Path, OriginalFile] = {}
    for path, tool in tools.items():
        original = _examine(store, path, tool, saved)
        if original is not None:
            originals.setdefault(original.path, original)
    return tuple(originals.values())


def delete_original(store: Store, original: OriginalFile, *, force: bool = False) -> None:
    """Delete a file; see ImportService."""
    if original.others and not force:
        raise OriginalKeptError(original.others)
    for account_id, credentials in original.saved:
        try:
            is_saved = read_saved_credentials(store, store.accounts.get(account_id)) == credentials
        except NotFoundError:
            is_saved = False
        if not is_saved:
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


def _examine(
    store: Store, path: Path, tool: str, saved: Mapping[Credentials, Account]
) -> OriginalFile | None:
    """Return what is known of a file; None if nothing saved is in it now, or it is no text."""
    try:
        real = path.resolve()
        before = _read(real)
        found = read_file(real)
        if before.raw.startswith(MAGIC) or _read(real).fingerprint != before.fingerprint:
            return None
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle
        return None
    inside = [one for one in found.accounts if one.credentials in saved]
    if not inside:
        return None
    accounts = [saved[one.credentials] for one in inside]
    return OriginalFile(
        real,
        tool,
        tuple((saved[one.credentials].id, one.credentials) for one in inside),
        _format_commands(store, accounts),
        _describe_others(found, set(_list_values(store, inside, accounts)), len(inside), before),
        before.fingerprint,
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


def _list_values(
    store: Store, inside: Sequence[FoundAccount], accounts: Sequence[Account]
) -> Iterator[str]:
    """Yield the values of a file that are saved, and the names of its accounts."""
    for one, account in zip(inside, accounts, strict=True):
        yield one.credentials.access_token.reveal()
        yield one.credentials.access_secret.reveal()
        yield from (name for name in (one.handle, account.handle) if name)
        try:
            saved = store.apps.read_keys(account.app_id)
        except CredentialMissingError:
            continue
        more = (saved.bearer_token, saved.client_id, saved.client_secret)
        for key in (saved.api_key, saved.api_secret, *more):
            if key:
                yield key.reveal()


def _is_known(word: str) -> bool:
    if word.isascii() and word.isdecimal():
        return len(word) <= _LONGEST_NUMBER
    return word.lower() in _KNOWN_WORDS

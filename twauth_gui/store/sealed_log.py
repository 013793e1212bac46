"""The encrypted file as a log: a snapshot of all items, with the changes appended to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from twauth_gui.domain.secret import Secret
from twauth_gui.osfiles.durable_file import (
    append_bytes,
    read_file,
    read_head_and_tail,
    replace_file,
)
from twauth_gui.store import sealed_format
from twauth_gui.store.sealed_file import (
    DerivedKey,
    check_header,
    derive_key_of_file,
    open_sealed,
    pack_records_header,
)
from twauth_gui.store.sealed_format import (
    DIGEST_BYTES,
    RECORD_HEAD_BYTES,
    VERSION_RECORDS,
    VERSION_WHOLE,
    RecordFault,
    RecordPosition,
    SealedRecord,
    SealPurpose,
)
from twauth_gui.store.vault_errors import (
    DamagedFileError,
    FileLockedError,
    NewerFileError,
    WrongPassphraseError,
    diagnose_read_errors,
    diagnose_write_errors,
)

VAULT_MAP_VERSION = 1
START_BYTES = sealed_format.HEADER_BYTES + RECORD_HEAD_BYTES
"""How many first bytes are new with every snapshot: they hold a fresh nonce."""

MIN_LOG_BYTES = 64 * 1024
"""Below so many bytes the changes since the last snapshot do not justify another one."""

_CHANGED_ELSEWHERE = "Its passphrase was changed in another Twauth."


@dataclass(frozen=True, slots=True)
class VaultChange:
    """The change of one save: the items to put, and the names of those to delete."""

    put: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    deleted: tuple[str, ...] = ()

    def pack(self) -> bytes:
        """Return the change as ASCII JSON."""
        return _dump_json({"put": _reveal_items(self.put), "gone": self.deleted})


@dataclass(slots=True)
class VaultMap:
    """All items of an encrypted file.

    id: of the vault, for its whole life. generation: increases with every save.
    """

    id: str
    generation: int
    items: dict[str, Secret] = field(default_factory=dict[str, Secret])

    def pack(self) -> bytes:
        """Return all items as ASCII JSON."""
        items = _reveal_items(self.items)
        return _dump_json(
            {"v": VAULT_MAP_VERSION, "id": self.id, "generation": self.generation, "items": items}
        )

    def apply(self, change: VaultChange, generation: int) -> None:
        """Apply a change in place, at a cost that does not depend on the number of items."""
        self.items.update(change.put)
        for service in change.deleted:
            _ = self.items.pop(service, None)
        self.generation = generation


@dataclass(slots=True, eq=False)
class SealedLog:
    """The state of an unlocked file.

    version: of the file. start: its first bytes. snapshot_end: where its snapshot ends. end: where
    the next change goes; its link is the digest before it, in either version. is_torn: whether the
    beginning of a change follows: one that is being written, or one that was interrupted.
    """

    path: Path
    key: DerivedKey
    map: VaultMap
    version: int
    start: bytes
    snapshot_end: int
    end: RecordPosition
    is_torn: bool = False

    @property
    def can_append(self) -> bool:
        """Whether to append the next change; otherwise a new snapshot is due.

        The changes may take half as many bytes as the snapshot, so that the cost of the next
        snapshot, however large, is spread over them.
        """
        is_small = self.end.at - self.snapshot_end <= max(MIN_LOG_BYTES, self.snapshot_end // 2)
        return is_small and not self.is_torn and self.version == VERSION_RECORDS

    def append(self, change: VaultChange, generation: int, on_step: Callable[[str], None]) -> None:
        """Append a change; FileNotWrittenError if the disk refuses."""
        record = sealed_format.seal_record(change.pack(), self.key, generation, self.end.link)
        with diagnose_write_errors(self.path):
            append_bytes(self.path, self.end.at, record, on_step)
        self.map.apply(change, generation)
        self.end = RecordPosition(self.end.at + len(record), sealed_format.next_link(record))

    def catch_up(self) -> SealedLog:
        """Return the current state of the file.

        Raises:
            FileLockedError: the passphrase was changed elsewhere.
            SealedFileError: the file is absent or damaged, or was replaced by something else.
        """
        since = max(0, self.end.at - DIGEST_BYTES)
        with diagnose_read_errors(self.path):
            start, rest = read_head_and_tail(self.path, START_BYTES, since)
        if start != self.start or rest[:DIGEST_BYTES] != self.end.link:
            return self._reread()
        added = rest[DIGEST_BYTES:]
        self.is_torn = False
        if added and self.version == VERSION_WHOLE:
            return self._reread()
        if added:
            self.apply_records(
                sealed_format.iter_records(added, RecordPosition(0, self.end.link)), self.end.at
            )
        return self

    def _reread(self) -> SealedLog:
        with diagnose_read_errors(self.path):
            raw = read_file(self.path)
        header = sealed_format.parse_header(raw)
        if header is not None and not self.key.fits(header):
            raise FileLockedError(self.path, _CHANGED_ELSEWHERE)
        try:
            return parse_log(self.path, raw, self.key)
        except WrongPassphraseError:
            # The key is known to be right, so the file is damaged.
            raise DamagedFileError(self.path, "tag") from None

    def apply_records(self, found: Iterable[SealedRecord | RecordFault], offset: int = 0) -> None:
        """Apply the changes of records that were read from offset bytes after the start."""
        for record in found:
            if record is RecordFault.TORN:
                self.is_torn = True
                return
            data = None if isinstance(record, RecordFault) else record.decrypt(self.key)
            if data is None or isinstance(record, RecordFault) or not self._is_next(record):
                raise DamagedFileError(self.path, "records")
            self.map.apply(parse_vault_change(data, self.path), record.generation)
            self.end = replace(record.next, at=offset + record.next.at)

    def _is_next(self, record: SealedRecord) -> bool:
        return record.generation > self.map.generation


def unlock_log(path: Path, passphrase: Secret) -> SealedLog:
    """Read and decrypt the file; raises as parse_log and derive_key_of_file do."""
    with diagnose_read_errors(path):
        raw = read_file(path)
    return parse_log(path, raw, derive_key_of_file(raw, passphrase, SealPurpose.VAULT, path))


def parse_log(path: Path, raw: bytes, key: DerivedKey) -> SealedLog:
    """Parse and decrypt the bytes of a file.

    Raises:
        WrongPassphraseError: the key is another one.
        SealedFileError: the file is damaged, newer, or not one of Twauth's.
    """
    if check_header(raw, SealPurpose.VAULT, path).version == VERSION_WHOLE:
        found = parse_vault_map(open_sealed(raw, key, SealPurpose.VAULT, path), path)
        end = RecordPosition(len(raw), raw[-DIGEST_BYTES:])
        return SealedLog(path, key, found, VERSION_WHOLE, raw[:START_BYTES], end.at, end)
    records = sealed_format.iter_records(raw, sealed_format.first_position(raw))
    first = next(records)
    data = None if isinstance(first, RecordFault) else first.decrypt(key)
    if data is None or isinstance(first, RecordFault):
        raise WrongPassphraseError(path)
    found = parse_vault_map(data, path)
    if found.generation != first.generation:
        raise DamagedFileError(path, "generation")
    log = SealedLog(path, key, found, VERSION_RECORDS, raw[:START_BYTES], first.next.at, first.next)
    log.apply_records(records)
    return log


def save_log(
    path: Path, key: DerivedKey, found: VaultMap, on_step: Callable[[str], None]
) -> SealedLog:
    """Replace the file with a new snapshot; FileNotWrittenError if the disk refuses."""
    start = pack_records_header(key, SealPurpose.VAULT)
    record = sealed_format.seal_record(found.pack(), key, found.generation, start)
    with diagnose_write_errors(path):
        replace_file(path, start + record, on_step)
    end = RecordPosition(len(start) + len(record), sealed_format.next_link(record))
    return SealedLog(path, key, found, VERSION_RECORDS, (start + record)[:START_BYTES], end.at, end)


def parse_vault_map(data: bytes, path: Path) -> VaultMap:
    """Parse what VaultMap.pack() returned.

    Raises:
        DamagedFileError: the data is something else.
        NewerFileError: a newer program wrote it.
    """
    fields = parse_versioned_fields(data, path, VAULT_MAP_VERSION)
    vault_id, generation = fields.get("id"), fields.get("generation")
    items = _parse_items(fields.get("items"))
    if not isinstance(vault_id, str) or type(generation) is not int or items is None:
        raise DamagedFileError(path, "contents")
    return VaultMap(vault_id, generation, items)


def parse_vault_change(data: bytes, path: Path) -> VaultChange:
    """Parse what VaultChange.pack() returned; raises DamagedFileError for anything else."""
    fields = _parse_json_object(data) or {}
    put, deleted = _parse_items(fields.get("put")), fields.get("gone")
    if put is None or not isinstance(deleted, list):
        raise DamagedFileError(path, "contents")
    names = tuple(name for name in deleted if isinstance(name, str))  # pyright: ignore[reportUnknownVariableType] - JSON
    if len(names) != len(deleted):  # pyright: ignore[reportUnknownArgumentType] - JSON
        raise DamagedFileError(path, "contents")
    return VaultChange(put, names)


def parse_versioned_fields(data: bytes, path: Path, newest: int) -> dict[str, Any]:
    """Parse the JSON object in a sealed file, whose "v" is its version.

    Raises:
        DamagedFileError: the data is something else.
        NewerFileError: a newer program wrote it.
    """
    fields = _parse_json_object(data)
    version = None if fields is None else fields.get("v")
    if fields is None or type(version) is not int:
        raise DamagedFileError(path, "contents")
    if version > newest:
        raise NewerFileError(path, version, newest)
    return fields


def _dump_json(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def _reveal_items(items: Mapping[str, Secret]) -> dict[str, str]:
    return {service: secret.reveal() for service, secret in items.items()}


def _parse_json_object(data: bytes) -> dict[str, object] | None:
    """Parse a JSON object; None for anything else.

    Nothing is raised: the exceptions of the json library hold the whole text, secrets included.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType] - JSON


def _parse_items(value: object) -> dict[str, Secret] | None:
    if not isinstance(value, dict):
        return None
    items: dict[str, Secret] = {}
    for service, record in value.items():  # pyright: ignore[reportUnknownVariableType] - JSON
        if not isinstance(service, str) or not isinstance(record, str):
            return None
        items[service] = Secret(record)
    return items

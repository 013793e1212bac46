"""Export to a file: planned first, with names and warnings, then written if nothing has changed."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.placements import PlacementKind
from twauth_gui.domain.secret import Secret
from twauth_gui.osfiles.private_file import (
    ExistingFile,
    TargetExistsError,
    encode_text,
    read_existing_file,
    require_writable_target,
)
from twauth_gui.services.export_service import ExportService
from twauth_gui.services.file_warnings import FileWarning, find_file_warnings, find_git_warning
from twauth_gui.services.gitignore import add_to_gitignore
from twauth_gui.services.placement_recorder import CredentialCopy
from twauth_gui.services.private_files import PrivateFiles
from twauth_gui.store.placement_repository import PlacementRepository
from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.merge.merge_export import MergedExport, list_names, merge_export
from twauth_gui.transfer.merge.text_edits import ChangeKind, MergeRefusedError, NameChange

_MAX_BYTES = 64 * 1024 * 1024  # of a file that is replaced; merges have a bound of their own
_MOST_BACKUPS = 1000


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What an export to a file would do; nothing is written yet.

    Attributes:
        path: of the file.
        exists: whether there is something of that name.
        can_merge: whether the file can be merged into. If not, merge_problem says why.
        merge: whether it is merged into; else an existing file is replaced.
        changes: the names of the export. A file that is replaced has them all as added.
        warnings: what to know before it is written.
        blocked: why nothing can be written like this, as sentences; else "".
        merge_problem: why the file cannot be merged into; "" if it can, or is not there.
    """

    path: Path
    exists: bool
    can_merge: bool
    merge: bool
    changes: tuple[NameChange, ...]
    warnings: tuple[FileWarning, ...]
    blocked: str
    merge_problem: str
    account_ids: tuple[AccountId, ...] = field(repr=False)
    copies: tuple[CredentialCopy, ...] = field(repr=False)
    content: bytes = field(repr=False)
    existing: ExistingFile | None = field(repr=False)

    @property
    def changes_nothing(self) -> bool:
        """Whether it is a merge into a file that has all of it, and that no one else can open."""
        old = self.existing
        is_same = old is not None and old.content == self.content and not old.is_open_to_others
        return self.merge and is_same


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that was written. backup_path: of its copy. warnings: about that copy."""

    path: Path
    backup_path: Path | None
    warnings: tuple[FileWarning, ...] = ()


class ExportFiles:
    """Exports accounts to one file, new or existing."""

    def __init__(
        self, exporter: ExportService, files: PrivateFiles, placements: PlacementRepository
    ) -> None:
        self._exporter = exporter
        self._files = files
        self._placements = placements

    def suggest_place(self, account_ids: Sequence[AccountId], preset_id: str) -> Path | None:
        """Return the file that the accounts were exported to last, with this preset if it was used.

        After another preset it is a file of this one's usual name beside the last one. None if
        there is no such folder any more, or if the preset makes several files.

        Raises:
            LookupError: no such preset.
        """
        preset = self._exporter.find_preset(preset_id)
        if preset.makes_folder(len(account_ids)):
            return None
        noted = (one for id_ in account_ids for one in self._placements.list_all(account_id=id_))
        files = [one for one in noted if one.place.kind is PlacementKind.FILE]
        files.sort(key=lambda one: (one.preset == preset_id, one.written_at), reverse=True)
        for one in files:
            last = one.place.path
            if last.parent.is_dir() and not last.is_dir():
                is_same = one.preset == preset_id
                return last if is_same else last.with_name(preset.suggested_name)
        return None

    def plan(
        self,
        account_ids: Sequence[AccountId],
        preset: ExportPreset | str,
        path: Path,
        *,
        merge: bool,
        comment: bool = True,
        bearer: bool = False,
    ) -> FilePlan:
        """Return what an export would do to the file.

        preset: or its id. merge: keep what else an existing file has; otherwise it is replaced.
        bearer: whether the apps' own tokens are included, if there are any.

        Raises:
            DiagnosedError: the keychain refuses, or the preset's syntax cannot hold a value.
            LookupError: no such preset.
        """
        chosen = self._exporter.find_preset(preset)
        export = self._exporter.render_file(
            account_ids, chosen, path, comment=comment, bearer=bearer
        )
        text = export.text
        content = encode_text(path, text)
        exists, existing, blocked = _examine(path)
        names = list_names(chosen.syntax, text.reveal())
        changes = tuple(NameChange(name, ChangeKind.ADDED) for name in names)
        merged, merge_problem = _try_merge(chosen, existing, text)
        if merge and merged is not None:
            content, changes = merged.content, merged.changes
        elif merge:
            blocked = blocked or merge_problem
        return FilePlan(
            path=path,
            exists=exists,
            can_merge=existing is not None and not merge_problem,
            merge=merge and exists,
            changes=changes,
            warnings=find_file_warnings(path, existing),
            blocked=blocked,
            merge_problem=merge_problem,
            account_ids=tuple(account_ids),
            copies=export.copies,
            content=content,
            existing=existing,
        )

    def write(self, plan: FilePlan, *, backup: bool = False) -> WrittenFile:
        """Write what was planned, if the file is still as it was then.

        backup: keep a copy of the old file beside it, under a name that was free.

        Raises:
            TargetExistsError: a file has appeared meanwhile.
            DiagnosedError: the file was changed meanwhile, the disk refuses, or the plan is
                blocked; the file is as it was.
        """
        if plan.blocked:
            raise DiagnosedError(
                Diagnosis(
                    ProblemKind.FILE_NOT_WRITTEN, f"{plan.path.name} was not written.", plan.blocked
                )
            )
        copy = None
        if backup and plan.existing is not None and not plan.changes_nothing:
            copy = self._write_backup(plan.path, plan.existing.content)
        try:
            with self._exporter.noting(plan.copies, plan.account_ids, plan.path):
                if not plan.changes_nothing:
                    self._files.write(plan.path, plan.content, replaces=plan.existing)
        except BaseException:
            if copy is not None:
                with contextlib.suppress(OSError):
                    copy.unlink()
            raise
        warning = find_git_warning(copy) if copy else None
        return WrittenFile(plan.path, copy, (warning,) if warning else ())

    def add_to_gitignore(self, path: Path) -> Path:
        """Make git ignore a file of a work tree, and return the .gitignore that says so.

        Raises:
            DiagnosedError: the file is in no work tree, or its .gitignore cannot be changed.
        """
        return add_to_gitignore(path)

    def _write_backup(self, path: Path, content: bytes) -> Path:
        for number in range(1, _MOST_BACKUPS):
            copy = path.with_name(f"{path.name}.bak{number if number > 1 else ''}")
            with contextlib.suppress(TargetExistsError):
                self._files.write(copy, content)
                return copy
        raise DiagnosedError(
            Diagnosis(
                ProblemKind.FILE_NOT_WRITTEN,
                f"{path.name} was not written.",
                "There are too many back-ups beside it. Remove some, then try again.",
            )
        )


def _try_merge(
    preset: ExportPreset, existing: ExistingFile | None, text: Secret
) -> tuple[MergedExport | None, str]:
    """Return the file with the export merged into it, or why that cannot be."""
    if existing is None:
        return None, ""
    try:
        return merge_export(preset.syntax, existing.content, text.reveal()), ""
    except MergeRefusedError as error:
        return None, str(error)


def _examine(path: Path) -> tuple[bool, ExistingFile | None, str]:
    """Return whether there is something, the file if it can be read, and why it may not go."""
    try:
        require_writable_target(path, overwrite=True)
        existing = read_existing_file(path, _MAX_BYTES)
    except DiagnosedError as error:
        told = error.diagnosis
        return True, None, f"{told.title} {told.advice}"
    return existing is not None, existing, ""

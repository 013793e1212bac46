"""Export to one file: show the plan and its warnings, ask before a merge, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from twauth_gui.cli.console import Console
from twauth_gui.cli.errors import CliError, ExitCode, add_force_hint
from twauth_gui.cli.prompts import confirm
from twauth_gui.cli.table import format_table
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.display_text import pluralize
from twauth_gui.services.export_files import ExportFiles, FilePlan, WrittenFile
from twauth_gui.services.file_warnings import FileWarning, FileWarningAction, FileWarningKind
from twauth_gui.transfer.export_presets import ExportPreset


@dataclass(frozen=True, slots=True)
class FileExportOptions:
    """What the user wants of an export to a file; each as the option of that name says."""

    merge: bool = False
    force: bool = False
    backup: bool = False
    gitignore: bool = False
    dry_run: bool = False
    yes: bool = False
    as_json: bool = False

    def find_file_option(self) -> str:
        """Return an option that only an export to one file can have, or ""."""
        named = {
            "--merge": self.merge,
            "--backup": self.backup,
            "--gitignore": self.gitignore,
            "--dry-run": self.dry_run,
            "--json": self.as_json,
        }
        return next((name for name, is_given in named.items() if is_given), "")


@dataclass(frozen=True, slots=True)
class FileExporter:
    """An export of accounts to one file. names: of the accounts, as they are shown."""

    files: ExportFiles
    console: Console
    options: FileExportOptions
    names: str

    def run(
        self,
        ids: Sequence[AccountId],
        preset: ExportPreset,
        path: Path,
        *,
        comment: bool,
        bearer: bool,
    ) -> None:
        """Plan the export, show what it does, and write it.

        Raises:
            CliError: a file is in the way, or it cannot be written like this.
            DiagnosedError: the keychain or the disk refuses.
            click.Abort: the user said no.
        """
        options, console = self.options, self.console
        plan = console.jobs.fetch(
            lambda _cancel: self.files.plan(
                ids, preset, path, merge=options.merge, comment=comment, bearer=bearer
            )
        )
        self._require_writable(plan)
        if plan.merge or options.dry_run:
            self._show_plan(plan)
        for one in plan.warnings:
            self._warn(one)
        if options.dry_run:
            return self._finish(plan, None, None)
        if plan.merge and not plan.changes_nothing:
            confirm(console, f"Write this to {path}?", yes=options.yes)
        ignore_file = self._add_to_gitignore(plan.path, plan.warnings)
        try:
            written = console.jobs.run(
                lambda _cancel: self.files.write(plan, backup=options.backup)
            )
        except DiagnosedError as error:
            raise add_force_hint(error) from error
        for one in written.warnings:
            self._warn(one)
        if written.backup_path is not None:
            _ = self._add_to_gitignore(written.backup_path, written.warnings)
        return self._finish(plan, written, ignore_file)

    def _require_writable(self, plan: FilePlan) -> None:
        if plan.exists and not plan.blocked and not self.options.merge and not self.options.force:
            more = " or --merge to keep what else is in it," if plan.can_merge else ""
            raise CliError(
                ExitCode.FAILED,
                f"{plan.path.name} already exists.",
                f"It was not changed. Add --force to replace it,{more} or choose another name.",
            )
        if plan.blocked:
            raise CliError(
                ExitCode.FAILED,
                f"{plan.path.name} was not written.",
                f"{plan.blocked} Nothing was changed.",
            )

    def _show_plan(self, plan: FilePlan) -> None:
        rows = [(one.name, one.change.value) for one in plan.changes]
        if rows:
            self.console.note_lines(format_table(("NAME", "CHANGE"), rows))

    def _warn(self, warning: FileWarning) -> None:
        can_ignore = warning.action is FileWarningAction.ADD_TO_GITIGNORE
        hint = " --gitignore adds it to .gitignore." if can_ignore else ""
        self.console.warn(warning.text + ("" if self.options.gitignore else hint))

    def _add_to_gitignore(self, path: Path, warnings: Sequence[FileWarning]) -> Path | None:
        is_needed = any(one.action is FileWarningAction.ADD_TO_GITIGNORE for one in warnings)
        if not self.options.gitignore or not is_needed:
            return None
        ignore_file = self.console.jobs.run(lambda _cancel: self.files.add_to_gitignore(path))
        self.console.note(f"{path.name} is in {ignore_file} now.")
        return ignore_file

    def _finish(self, plan: FilePlan, written: WrittenFile | None, ignore: Path | None) -> None:
        if self.options.as_json:
            self.console.print_json(serialize_plan(plan, written, ignore))
        elif written is not None and plan.changes_nothing:
            self.console.print_success(f"{plan.path} has {self.names} already.")
        elif written is not None:
            verb = "merged into" if plan.merge else "written to"
            is_theirs = any(one.kind is FileWarningKind.OTHER_OWNER for one in plan.warnings)
            reader = "its owner" if is_theirs else "you"
            copy = f" The old file is {written.backup_path}." if written.backup_path else ""
            self.console.print_success(
                f"{self.names} {verb} {plan.path}. Only {reader} can read it.{copy}"
            )
        elif not plan.changes:
            self.console.note("Nothing was written.")
        else:
            self.console.note(f"{pluralize(len(plan.changes), 'name')}. Nothing was written.")


def serialize_plan(
    plan: FilePlan, written: WrittenFile | None, ignore_file: Path | None
) -> dict[str, object]:
    """Return a plan as JSON has it, with what became of it; no value is in it."""
    backup = written.backup_path if written else None
    return {
        "file": str(plan.path),
        "exists": plan.exists,
        "merged": plan.merge,
        "written": written is not None and not plan.changes_nothing,
        "changes": [{"name": one.name, "change": one.change.value} for one in plan.changes],
        "warnings": [
            {"kind": one.kind.value, "text": one.text, "action": one.action.value}
            for one in (*plan.warnings, *(written.warnings if written else ()))
        ],
        "backup": str(backup) if backup else None,
        "gitignore": str(ignore_file) if ignore_file else None,
    }

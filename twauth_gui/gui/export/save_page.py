"""The export page for one file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog
from typing_extensions import override

from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.placements import Placement
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.export.export_page import ExportPage, ExportRequest
from twauth_gui.gui.export.file_review import FileReview
from twauth_gui.gui.export.last_places import (
    FILE,
    find_last_file,
    read_last_folder,
    remember_export,
    suggest_file_name,
)
from twauth_gui.gui.export.preset_actions import show_in_folder
from twauth_gui.gui.parts.file_path_field import FilePathField
from twauth_gui.gui.tasks import Job
from twauth_gui.services.export_files import FilePlan, WrittenFile
from twauth_gui.transfer.export_presets import ExportPreset


class SavePage(ExportPage):
    """Writes one file that only its owner can read, or merges into one.

    Signals:
        written: there is something to know about what was written; carries the paths and sentences.
    """

    written = Signal(object, object)

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.may_be_slow = True
        self._plan: FilePlan | None = None
        self._last: Placement | None = None
        self._folder: Path | None = None
        self._file = FilePathField(context.home)
        self._review = FileReview()
        self.column.addWidget(self._file)
        self.column.addWidget(self._review)
        self._file.changed.connect(self._forget_plan)
        self._review.merge_chosen.connect(self._choose_way)
        self._review.gitignore_requested.connect(self._add_to_gitignore)
        self._file.browse_requested.connect(self._browse)

    def _choose_way(self, merge: bool) -> None:  # noqa: FBT001 - a slot
        self._look(merge=merge, is_write_wanted=False)

    @override
    def show_request(self, request: ExportRequest) -> None:
        if request != self.request:
            self._forget_plan()
        is_first = self.request is None
        super().show_request(request)
        self._suggest(request)
        if is_first:
            self._read_last(request)

    def _read_last(self, request: ExportRequest) -> None:
        """Read where these accounts were saved last, and where any were."""
        store = self.context.services.store

        def work(_job: Job) -> tuple[Placement | None, Path | None]:
            return find_last_file(store, request.ids), read_last_folder(store)

        def done(found: tuple[Placement | None, Path | None]) -> None:
            self._last, self._folder = found
            if self.request is not None:
                self._suggest(self.request)

        _ = self.context.run_in_store(self, work, done, ignore)

    def _suggest(self, request: ExportRequest) -> None:
        """Suggest the file of the last export, or beside it one for another preset or account."""
        name = suggest_file_name(request.preset, [one.handle for one in request.accounts])
        if self._last is not None:
            path = self._last.place.path
            is_same = self._last.preset == request.preset.id
            name = str(path if is_same else path.with_name(name))
        elif self._folder is not None:
            name = str(self._folder / name)
        self._file.suggest(name)

    @override
    def button_text(self, values: int | None) -> str:
        plan = self._plan
        if plan is None or plan.blocked or not plan.exists:
            return "Save file"
        return "Merge into file" if plan.merge else "Replace file"

    @override
    def footer_note(self) -> tuple[str, str]:
        return "lock", "Only you can read the file"

    @override
    def can_start(self) -> bool:
        is_blocked = self._plan is not None and bool(self._plan.blocked)
        return self._file.path is not None and not is_blocked

    def _show_plan(self, plan: FilePlan | None) -> None:
        self._plan = plan
        self.has_preview = plan is None  # the review names what the file gets
        self._review.show_plan(plan)
        self.changed.emit()

    def _forget_plan(self) -> None:
        self._show_plan(None)

    @override
    def start(self) -> None:
        """Save a new file; an existing one, or one in a risky place, is shown first."""
        if self._plan is None:
            self._look(merge=True)
        else:
            self._write(self._plan)

    def _look(self, *, merge: bool, is_write_wanted: bool = True) -> None:
        """Plan the export; write at once if there is nothing to be asked."""
        request, path = self.request, self._file.path
        if path is None or request is None:
            return

        def work(_job: Job) -> FilePlan | WrittenFile:
            plan = self._make_plan(request, path, merge=merge)
            if not is_write_wanted or plan.exists or plan.warnings or plan.blocked:
                return plan
            return self._write_plan(plan, request.preset, backup=False)

        def done(outcome: FilePlan | WrittenFile) -> None:
            if isinstance(outcome, WrittenFile):
                self._finish(outcome)
            elif (request, path) == (self.request, self._file.path):
                self._show_plan(outcome)

        self.run(request.preset, work, done)

    def _make_plan(self, request: ExportRequest, path: Path, *, merge: bool) -> FilePlan:
        """Plan on a worker; a file that cannot be merged into is planned to be replaced."""

        def plan(*, merge: bool) -> FilePlan:
            return self.context.services.export_files.plan(
                request.ids, request.preset, path, merge=merge, comment=request.comment
            )

        found = plan(merge=merge)
        return plan(merge=False) if merge and found.exists and found.merge_problem else found

    def _write(self, plan: FilePlan) -> None:
        """Write what is shown; another preset or path would have hidden it."""
        request, backup = self.request, self._review.wants_backup
        if request is not None:
            self.run(
                request.preset,
                lambda _job: self._write_plan(plan, request.preset, backup=backup),
                self._finish,
            )

    def _write_plan(self, plan: FilePlan, preset: ExportPreset, *, backup: bool) -> WrittenFile:
        """Write on a worker."""
        services = self.context.services
        written = services.export_files.write(plan, backup=backup)
        remember_export(services, preset, FILE, written.path.parent)
        return written

    def _finish(self, written: WrittenFile) -> None:
        self.context.snapshots.reload()
        path = written.path
        if written.warnings and written.backup_path is not None:
            notes = [one.text for one in written.warnings]
            self.written.emit([path, written.backup_path], notes)
            return
        beside = f", with {written.backup_path.name} beside it" if written.backup_path else ""
        self.context.window.show_status(
            f"Saved {path.name} in {path.parent}{beside}",
            button=("Show in folder", partial(show_in_folder, self.context, path)),
        )
        self.finished.emit()

    @override
    def fail(self, diagnosis: Diagnosis) -> None:
        self._forget_plan()  # the next one looks again
        if diagnosis.kind is ProblemKind.FILE_EXISTS:  # it has appeared meanwhile
            self.set_busy(on=False)
            self._look(merge=True, is_write_wanted=False)
            return
        super().fail(diagnosis)

    def _add_to_gitignore(self) -> None:
        request, path, plan = self.request, self._file.path, self._plan
        if request is None or path is None or plan is None:
            return

        def done(ignored_in: Path) -> None:
            self.context.window.show_status(f"Added {path.name} to {ignored_in}")
            self._look(merge=plan.merge or not plan.exists, is_write_wanted=False)

        files = self.context.services.export_files
        self.run(request.preset, lambda _job: files.add_to_gitignore(path), done)

    def _browse(self) -> None:
        start = self._folder or self.context.home
        dialog = QFileDialog(self, "Save credentials", str(start))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # This page asks itself, once, before it replaces a file.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        if self.request is not None:
            handles = [one.handle for one in self.request.accounts]
            dialog.selectFile(suggest_file_name(self.request.preset, handles))
        dialog.fileSelected.connect(self._file.set_path)
        dialog.open()

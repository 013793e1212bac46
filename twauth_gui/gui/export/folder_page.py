"""The export page for presets that make several files: their folder, the list of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog
from typing_extensions import override

from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.export.export_page import ExportPage, ExportRequest
from twauth_gui.gui.export.export_preview import ExportPreview
from twauth_gui.gui.export.file_review import WarningList
from twauth_gui.gui.export.last_places import (
    FILE,
    find_last_folder,
    read_last_folder,
    remember_export,
)
from twauth_gui.gui.parts.accessibility import scroll_into_view
from twauth_gui.gui.parts.confirm_dialog import ask_confirmation
from twauth_gui.gui.parts.file_path_field import FilePathField
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import TextStyle, line_height
from twauth_gui.osfiles.error_sentences import diagnose_write_error
from twauth_gui.services.file_warnings import FileWarning, FileWarningAction, find_file_warnings
from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.export_renderer import PreviewEntry, preview_files

_DELAY_MS = 200
_LINES, _EDGES = 5, 26
_NAMED_FILES = 5
_MOST_IGNORED = 50
_FOLDER_NAME = "credentials"


class FolderPage(ExportPage):
    """Writes several files below a folder; those that exist are named before they are replaced.

    entries: returns the accounts as a preview takes them, from which the files' names follow.

    Signals:
        written: carries the paths of the files.
    """

    written = Signal(object)

    def __init__(self, context: AppContext, entries: Callable[[], Sequence[PreviewEntry]]) -> None:
        super().__init__(context)
        self.may_be_slow = True
        self._entries = entries
        self._names: Sequence[str] = ()
        self._existing: frozenset[str] = frozenset()
        self._folder = FilePathField(context.home, "Folder")
        self._folder.suggest(_FOLDER_NAME)
        self._heading = Text(style=TextStyle.SMALL, strong=True, heading=True)
        self._list = ExportPreview()
        self._list.setAccessibleName("Files to write")
        self._list.setFixedHeight(_LINES * line_height(TextStyle.MONO) + _EDGES)
        self._look_soon = QTimer(self)
        self._look_soon.setSingleShot(True)
        self._look_soon.setInterval(_DELAY_MS)
        self._look_soon.timeout.connect(self._look)
        self.column.addWidget(self._folder)
        self.column.addWidget(self._heading)
        self.column.addWidget(self._list)
        self._warnings = WarningList()
        self._has_warned = False
        self.column.addWidget(self._warnings)
        self._warnings.gitignore_requested.connect(self._add_to_gitignore)
        self._folder.changed.connect(self._on_folder_changed)
        self._folder.browse_requested.connect(self._browse)

    @override
    def show_request(self, request: ExportRequest) -> None:
        super().show_request(request)
        self._names, self._existing = (), frozenset()
        self._forget_warnings()
        self._show_list()
        self._look()
        self._read_last(request)

    def _read_last(self, request: ExportRequest) -> None:
        """Suggest the folder of the last export with this preset, else one beside the last file."""
        store = self.context.services.store

        def work(_job: Job) -> Path | None:
            beside = read_last_folder(store)
            last = find_last_folder(store, request.ids[0], request.preset)
            return last or (None if beside is None else beside / _FOLDER_NAME)

        def done(folder: Path | None) -> None:
            if folder is not None and self.request == request:
                self._folder.suggest(str(folder))

        _ = self.context.run_in_store(self, work, done, ignore)

    @override
    def button_text(self, values: int | None) -> str:
        del values
        return f"Save {pluralize(len(self._names), 'file')}"

    @override
    def footer_note(self) -> tuple[str, str]:
        return "lock", "Only you can read the files"

    @override
    def can_start(self) -> bool:
        return self._folder.path is not None and bool(self._names)

    # -- what is there -----------------------------------------------------------------------------

    def _on_folder_changed(self) -> None:
        self._existing = frozenset()
        self._forget_warnings()
        self._show_list()
        self._look_soon.start()
        self.changed.emit()

    def _look(self) -> None:
        """Find out which files there will be, and which of them exist; many take a while."""
        request, folder = self.request, self._folder.path
        if request is None:
            return
        entries = self._entries()

        def work(_job: Job) -> tuple[Sequence[str], frozenset[str]]:
            names = _list_names(request.preset, entries)
            return names, frozenset() if folder is None else _find_existing(folder, names)

        def done(found: tuple[Sequence[str], frozenset[str]]) -> None:
            if (request, folder) == (self.request, self._folder.path):
                self._names, self._existing = found
                self._show_list()
                self.changed.emit()

        # Not on the store's worker: the folder may be on a slow disk.
        _ = self.context.run_over_network(self, work, done, ignore)

    def _show_list(self) -> None:
        files = pluralize(len(self._names), "file") if self._names else "Files"
        there = f", {len(self._existing):,} of them there already" if self._existing else ""
        self._heading.setText(f"{files}{there}")
        lines = [
            f"{name}   (is there already)" if name in self._existing else name
            for name in self._names
        ]
        self._list.show_text("\n".join(lines))

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Folder for the credentials", str(self.context.home))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._folder.set_path)
        dialog.open()

    # -- export ------------------------------------------------------------------------------------

    @override
    def start(self) -> None:
        self._save(frozenset())

    def _save(self, replaced: frozenset[str]) -> None:
        """Write the files. replaced: those that may be, as the user was asked."""
        request, folder, names = self.request, self._folder.path, self._names
        if request is None or folder is None or not names:
            return
        services, has_warned = self.context.services, self._has_warned

        def work(_job: Job) -> _Question | tuple[Path, ...]:
            """Return what was written, or what the user has to know first."""
            warnings = () if has_warned else _find_warnings(folder, names)
            existing = _find_existing(folder, names)
            if warnings or not existing <= replaced:
                return _Question(existing, warnings)
            paths = services.exporter.export_to_folder(
                request.ids,
                request.preset,
                folder,
                comment=request.comment,
                overwrite={folder / name for name in replaced},
            )
            remember_export(services, request.preset, FILE, folder)
            return paths

        def done(outcome: _Question | tuple[Path, ...]) -> None:
            if isinstance(outcome, _Question):
                self._show_question(folder, outcome)
                return
            self.context.snapshots.reload()
            self.written.emit(outcome)

        self.run(request.preset, work, done)

    def _show_question(self, folder: Path, question: _Question) -> None:
        """Show warnings, after which the button has to be pressed again, or ask for files."""
        self._existing = question.existing
        self._show_list()
        if question.warnings:
            self._has_warned = True
            self._warnings.show_warnings(question.warnings)
            scroll_into_view(self._warnings)
        else:
            self._ask(folder, question.existing)

    def _forget_warnings(self) -> None:
        self._has_warned = False
        self._warnings.show_warnings(())

    def _add_to_gitignore(self) -> None:
        request, folder, names = self.request, self._folder.path, self._names
        if request is None or folder is None:
            return
        files = self.context.services.export_files

        def work(_job: Job) -> tuple[FileWarning, ...]:
            for path in (folder / name for name in names):
                try:  # git looks from within the folder
                    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                except OSError as error:
                    raise DiagnosedError(diagnose_write_error(path, error)) from error
                _ = files.add_to_gitignore(path)
            return _find_warnings(folder, names)

        self.run(request.preset, work, self._warnings.show_warnings)

    def _ask(self, folder: Path, existing: frozenset[str]) -> None:
        named = ", ".join(sorted(existing)[:_NAMED_FILES])
        if len(existing) > _NAMED_FILES:
            named += f" and {len(existing) - _NAMED_FILES:,} more"
        dialog = ask_confirmation(
            self.context.dialogs,
            f"Replace {pluralize(len(existing), 'file')}?",
            f"In {folder}: {named}. What is in them now is lost.",
            safe_text="Keep",
            danger_text="Replace",
        )
        dialog.accepted.connect(lambda: self._save(existing))


@dataclass(frozen=True, slots=True)
class _Question:
    """What stands before an export: files that exist, warnings about their place."""

    existing: frozenset[str]
    warnings: tuple[FileWarning, ...]


def _find_warnings(folder: Path, names: Sequence[str]) -> tuple[FileWarning, ...]:
    """Return the warnings about the first file; those of the others are the same."""
    warnings = find_file_warnings(folder / names[0], None)
    if len(names) <= _MOST_IGNORED:
        return warnings
    # For each file git would be started several times.
    return tuple(replace(one, action=FileWarningAction.NONE) for one in warnings)


def _list_names(preset: ExportPreset, entries: Sequence[PreviewEntry]) -> Sequence[str]:
    try:
        return [name for name, _text in preview_files(preset, entries)]
    except ValueError:  # the preview says why
        return ()


def _find_existing(folder: Path, names: Sequence[str]) -> frozenset[str]:
    return frozenset(name for name in names if os.path.lexists(folder / name))

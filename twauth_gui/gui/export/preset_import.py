"""The dialog that adds presets from a file or from pasted text."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QFileDialog
from typing_extensions import override

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import primary_button, secondary_button
from twauth_gui.gui.parts.confirm_dialog import ask_confirmation
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.fields import FieldBlock, TextField
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import TextStyle, line_height, text_font
from twauth_gui.services.preset_service import PresetTakenError
from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.preset_files import MAX_BYTES, PresetFileError, read_presets

_LINES = 12
_NAMED = 3
_EXAMPLE = """[newsletter]
title = "Newsletter bot"
syntax = "dotenv"

[newsletter.names]
access_token = "NEWS_TOKEN"
access_secret = "NEWS_SECRET"
"""


class PresetTextField(TextField):
    """A field for TOML. file_dropped: a file was dropped or pasted; carries its path."""

    file_dropped = Signal(Path)

    def __init__(self) -> None:
        super().__init__(_EXAMPLE)
        self.setFont(text_font(TextStyle.MONO))
        self.setMinimumHeight(_LINES * line_height(TextStyle.MONO))

    @override
    def canInsertFromMimeData(self, source: QMimeData, /) -> bool:
        return source.hasUrls() or source.hasText()

    @override
    def insertFromMimeData(self, source: QMimeData, /) -> None:
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if files:
            self.file_dropped.emit(Path(files[0]))
        elif len(source.text()) <= MAX_BYTES:
            super().insertFromMimeData(source)
        else:
            self.setPlainText(source.text()[: MAX_BYTES + 1])  # so that it says why not


class PresetImportDialog(Dialog):
    """Takes presets as TOML, says at each key what they are, and adds them.

    Signals:
        added: carries the id of the first one.
    """

    added = Signal(str)

    def __init__(self, context: AppContext) -> None:
        super().__init__("Import presets", width=DialogWidth.W640)
        self._context = context
        self._text = PresetTextField()
        self._block = FieldBlock("TOML of one preset or more", self._text)
        self._problem = ProblemBanner()
        self._go = primary_button("Import")
        browse = secondary_button("Choose a file…", "file-text")
        body, column = make_dialog_body()
        advice = (
            "Paste what somebody shared with you, or drop the file. It has names and no values."
        )
        column.addWidget(Text(advice, role="text-2", wrap=True))
        column.addWidget(self._block)
        column.addWidget(self._problem)
        self.set_body(body)
        self.add_left(browse)
        self.add_cancel_and(self._go)
        self.set_initial_focus(self._text)
        browse.clicked.connect(self._browse)
        self._text.file_dropped.connect(self._read_file)
        self._text.textChanged.connect(self._refresh)
        self._go.clicked.connect(lambda: self._add())
        self._refresh()

    def _data(self) -> bytes:
        return self._text.toPlainText().encode("utf-8", "replace")

    def _refresh(self) -> None:
        """Say what the text contains, or on which line it is wrong."""
        self._problem.clear()
        data = self._data()
        presets: tuple[ExportPreset, ...] = ()
        error = ""
        if data.strip():
            try:
                presets = read_presets(data, "Text", is_own=True)
            except PresetFileError as refusal:
                error = str(refusal)
        titles = ", ".join(one.title for one in presets[:_NAMED])
        more = f" and {len(presets) - _NAMED} more" if len(presets) > _NAMED else ""
        found = f"{pluralize(len(presets), 'preset')}: {titles}{more}" if presets else ""
        self._block.set_error(error)
        self._block.set_help(found)
        self._go.setEnabled(bool(presets))

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Import presets", str(self._context.home), "*.toml")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._read_file)
        dialog.open()

    def _read_file(self, chosen: str | Path) -> None:
        path = Path(chosen)

        def work(_job: Job) -> tuple[str, str]:
            try:
                return self._context.services.presets.read_file(path), ""
            except OSError as error:
                return "", f"{path.name} cannot be read: {error.strerror or error}."

        def done(outcome: tuple[str, str]) -> None:
            text, problem = outcome
            if problem:
                self._problem.show_text(problem)
            else:
                self._text.setPlainText(text)

        # Not on the store's worker: the file may be on a slow disk.
        _ = self._context.run_over_network(self, work, done, self._problem.show_diagnosis)

    def _add(self, *, overwrite: bool = False) -> None:
        data, presets = self._data(), self._context.services.presets

        def work(_job: Job) -> str | PresetTakenError:
            try:
                return presets.add(data, "", overwrite=overwrite)[0].id
            except PresetTakenError as error:
                return error

        self._go.setEnabled(False)
        _ = self._context.run_in_store(self, work, self._on_added, self._show_failure)

    def _on_added(self, outcome: str | PresetTakenError) -> None:
        if isinstance(outcome, str):
            self.close_dialog()
            self.added.emit(outcome)
            return
        self._go.setEnabled(True)
        if outcome.is_builtin:
            self._block.set_error(f"{outcome} Choose another id.")
            return
        dialog = ask_confirmation(
            self._context.dialogs,
            "Replace your preset?",
            f"{outcome} What it says now is lost when it is replaced.",
            safe_text="Keep",
            danger_text="Replace",
        )
        dialog.accepted.connect(lambda: self._add(overwrite=True))

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        self._go.setEnabled(True)
        self._problem.show_diagnosis(diagnosis)

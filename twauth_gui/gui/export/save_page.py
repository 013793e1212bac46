"""The export page for one file."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from typing_extensions import override

from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.export.export_page import ExportPage, ExportRequest
from twauth_gui.gui.parts.confirm_dialog import ask_to_replace
from twauth_gui.gui.parts.file_path_field import FilePathField
from twauth_gui.gui.tasks import Job


class SavePage(ExportPage):
    """Writes one file that only its owner can read."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._file = FilePathField(context.home)
        self.column.addWidget(self._file)
        self._file.changed.connect(self.changed)
        self._file.browse_requested.connect(self._browse)

    @override
    def show_request(self, request: ExportRequest) -> None:
        super().show_request(request)
        self._file.suggest(request.preset.suggested_name)

    @override
    def button_text(self, values: int | None) -> str:
        return "Save file"

    @override
    def footer_note(self) -> tuple[str, str]:
        return "lock", "Only you can read the file"

    @override
    def can_start(self) -> bool:
        return self._file.path is not None

    @override
    def start(self) -> None:
        self._save(overwrite=False)

    def _save(self, *, overwrite: bool) -> None:
        request, path = self.request, self._file.path
        if path is None or request is None:
            return
        exporter = self.context.services.exporter

        def work(_job: Job) -> None:
            exporter.export_to_file(
                request.ids, request.preset, path, comment=request.comment, overwrite=overwrite
            )
            exporter.remember_preset(request.preset.id)

        def done(_nothing: None) -> None:
            self.context.window.show_status(f"Saved {path.name} in {path.parent}")
            self.context.snapshots.reload()
            self.finished.emit()

        self.run(request.preset, work, done)

    @override
    def _fail(self, diagnosis: Diagnosis) -> None:
        path = self._file.path
        if path is not None and diagnosis.kind is ProblemKind.FILE_EXISTS:
            self.set_busy(on=False)
            ask_to_replace(self.context.dialogs, path, lambda: self._save(overwrite=True))
            return
        super()._fail(diagnosis)

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Save credentials", str(self.context.home))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # This page asks itself, once, before it replaces a file.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        if self.request is not None:
            dialog.selectFile(self.request.preset.suggested_name)
        dialog.fileSelected.connect(self._file.set_path)
        dialog.open()

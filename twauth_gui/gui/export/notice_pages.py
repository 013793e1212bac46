"""Pages of the export dialog that only tell something: a damaged preset, files written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.health import Severity
from twauth_gui.gui.export.export_preview import ExportPreview
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import quiet_danger_button, secondary_button
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import XXL, M, TextStyle
from twauth_gui.services.preset_service import PresetProblem


class DamagedPresetPage(QWidget):
    """Says why a file of presets cannot be used.

    Signals:
        folder_requested: its folder is to be shown; carries the path of the file.
        delete_requested: the file is to be deleted; carries its PresetProblem.
    """

    folder_requested = Signal(Path)
    delete_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._problem: PresetProblem | None = None
        self._title = Text(style=TextStyle.TITLE, strong=True, wrap=True)
        self._reason = Text(role="text-2", wrap=True)
        self._reason.allow_copy()
        show = secondary_button("Show in folder")
        self._delete = quiet_danger_button("Delete…")
        show.clicked.connect(self._show_folder)
        self._delete.clicked.connect(lambda: self.delete_requested.emit(self._problem))
        row = QHBoxLayout()
        row.addWidget(show)
        row.addWidget(self._delete)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(XXL, XXL, XXL, XXL)
        column.setSpacing(M)
        column.addWidget(self._title)
        column.addWidget(self._reason)
        column.addLayout(row)
        column.addStretch(1)

    def show_problem(self, problem: PresetProblem) -> None:
        """Show a file and its reason."""
        self._problem = problem
        is_file = bool(problem.path.suffix)
        words = f"{problem.path.name} cannot be used" if is_file else "Some presets are not used"
        self._title.setText(words)
        self._reason.setText(f"{problem.text}\nChange it in a text editor, or delete it.")
        self._delete.setVisible(is_file)

    def _show_folder(self) -> None:
        if self._problem is not None:
            self.folder_requested.emit(self._problem.path)


class WrittenFilesPage(QWidget):
    """Lists the files that an export has written. notes: what to know about them.

    Signals:
        folder_requested: their folder is to be shown; carries the path of a file in it.
    """

    folder_requested = Signal(Path)

    def __init__(self, paths: Sequence[Path], notes: Sequence[str] = ()) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        title = Text(f"Saved {pluralize(len(paths), 'file')}", style=TextStyle.TITLE, strong=True)
        files = ExportPreview()
        files.setAccessibleName("Files written")
        files.show_text("\n".join(str(path) for path in paths))
        show = secondary_button("Show in folder")
        show.clicked.connect(lambda: self.folder_requested.emit(paths[0]))
        column = QVBoxLayout(self)
        column.setContentsMargins(XXL, XXL, XXL, XXL)
        column.setSpacing(M)
        column.addWidget(title)
        column.addWidget(Text("Only you can read them.", role="text-2"))
        for note in notes:
            column.addWidget(Banner(Severity.ATTENTION, "", note))
        column.addWidget(files, 1)
        column.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)

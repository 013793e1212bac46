"""The field for the path of a file or folder, typed or chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from twauth_gui.gui.parts.buttons import secondary_button
from twauth_gui.gui.parts.fields import LineField


class FilePathField(QWidget):
    """The path of a file or folder, to type or to choose.

    Signals:
        changed: the path has changed.
        browse_requested: the button was pressed.
    """

    changed = Signal()
    browse_requested = Signal()

    def __init__(self, home: Path, name: str = "Path of the file") -> None:
        super().__init__()
        self._home = home
        self._is_chosen = False
        self._field = LineField(name)
        self._field.setAccessibleDescription("A name alone is in your home folder")
        self._field.textEdited.connect(self._note_edit)
        self._field.textChanged.connect(self.changed)
        browse = secondary_button("Choose…")
        browse.clicked.connect(self.browse_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._field, 1)
        row.addWidget(browse)

    @property
    def path(self) -> Path | None:
        """The path; None while the field is empty. A bare name is one in the home folder."""
        text = self._field.text().strip()
        if not text:
            return None
        try:
            return self._home / Path(text).expanduser()
        except RuntimeError:  # "~name" of an unknown user
            return self._home / text

    def suggest(self, name: str) -> None:
        """Fill in a name in the home folder, or a path, unless the user has chosen one."""
        if not self._is_chosen:
            self._field.setText(str(self._home / name))

    def set_path(self, path: str) -> None:
        """Use the path chosen in a file dialog."""
        self._is_chosen = True
        self._field.setText(path)

    def _note_edit(self, _text: str) -> None:
        self._is_chosen = True

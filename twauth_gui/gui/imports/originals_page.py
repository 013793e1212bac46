"""The page about the plain-text files whose credentials are saved now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import name_in_sentence
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_danger_button, secondary_button
from twauth_gui.gui.parts.choice_table import ChoiceTable, ChoiceTableCard
from twauth_gui.gui.parts.choice_table_model import ChoiceTableModel
from twauth_gui.gui.parts.choice_table_row import RowStatus, TableRow
from twauth_gui.gui.parts.confirm_dialog import ask_confirmation
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.surfaces import CopyLine
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import M, S
from twauth_gui.services.import_plan import OriginalFile

_HOW = (
    "These files still hold the credentials in plain text. Delete one if nothing reads it any more,"
    " or start its bot with the command, which hands it the same values."
)


class OriginalRow(TableRow):
    """A plain-text file."""

    def __init__(self, original: OriginalFile) -> None:
        self.original = original
        self.is_deleted = False
        super().__init__(
            original.path.name,
            original.place,
            RowStatus(f"{original.summary} saved", "file-text", "text-2", original.others),
        )

    def end(self, failure: str = "") -> None:
        """Show that the file was deleted, or why it was not."""
        self.is_deleted = not failure
        self.status = (
            RowStatus("Not deleted", "triangle-alert", "warn", failure)
            if failure
            else RowStatus("Deleted", "check", "text-3")
        )


class OriginalsPage(QWidget):
    """Lists plain-text files; each can be deleted after a question, or replaced by a command.

    Signals:
        count_changed: a file was deleted.
    """

    count_changed = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._context = context
        self._model = ChoiceTableModel(("File", "", "Its credentials"), self)
        self._table = ChoiceTable(self._model, "Files with credentials", has_choices=False)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._card = ChoiceTableCard(self._table)
        self._table.row_changed.connect(self._show_row)
        self._copy = secondary_button("Copy", "copy", size=ButtonSize.SMALL)
        self._copy.clicked.connect(self._copy_command)
        self._line = CopyLine(buttons=[self._copy])
        self._line.setAccessibleName("Command that replaces the file")
        self._delete = quiet_danger_button("Delete this file…", "trash-2", size=ButtonSize.SMALL)
        self._delete.clicked.connect(self._ask)
        self._lay_out()

    def _lay_out(self) -> None:
        actions = ResponsiveRow(self._line, self._delete, spacing=S, stretch=(1, 0), apart=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        column.addWidget(Text(_HOW, role="text-2", wrap=True))
        column.addWidget(self._card, 1)
        column.addWidget(actions)

    @property
    def count(self) -> int:
        """How many files are listed."""
        return len(self._model.rows)

    @property
    def remaining(self) -> int:
        """How many of the files are still there."""
        rows = self._model.rows
        return sum(isinstance(row, OriginalRow) and not row.is_deleted for row in rows)

    def show_originals(self, originals: Sequence[OriginalFile]) -> None:
        """List these files; none is selected for deletion."""
        self._model.set_rows(OriginalRow(one) for one in originals)
        self._table.select_number(0)

    def _current(self) -> OriginalRow | None:
        row = self._table.current_row()
        return row if isinstance(row, OriginalRow) else None

    def _show_row(self, _row: object) -> None:
        row = self._current()
        self._card.show_row(row)
        commands = [] if row is None else row.original.command.splitlines()
        self._line.set_text(commands[0] if commands else "")
        self._copy.setText(f"Copy {len(commands)} commands" if len(commands) > 1 else "Copy")
        self._copy.setEnabled(bool(commands))
        self._delete.setEnabled(row is not None and not row.is_deleted)

    def _copy_command(self) -> None:
        row = self._current()
        if row is not None:
            self._context.clipboard.copy_plain(row.original.command)
            self._context.window.show_status("Copied")

    def _ask(self) -> None:
        row = self._current()
        if row is None:
            return
        others = row.original.others
        lost = (
            f"\n\n{others} Twauth keeps only the credentials; the rest is lost." if others else ""
        )
        dialog = ask_confirmation(
            self._context.dialogs,
            f"Delete {row.title} with everything in it?" if others else f"Delete {row.title}?",
            f"{row.place} is deleted for good. The credentials of its {row.original.summary} stay"
            f" in {name_in_sentence(self._context.vault.name)}. A bot that reads this file will not"
            f" start without it.{lost}",
            safe_text="Keep",
            danger_text="Delete anyway" if others else "Delete file",
        )
        dialog.accepted.connect(lambda: self._delete_file(row))

    def _delete_file(self, row: OriginalRow) -> None:
        def done(_nothing: object) -> None:
            self._end(row)

        def failed(diagnosis: Diagnosis) -> None:
            self._end(row, diagnosis.to_sentence())

        # Not on the store's worker: the file may be on a slow disk.
        self._context.run_over_network(
            self,
            lambda _job: self._context.services.importer.delete_original(
                row.original, force=bool(row.original.others)
            ),
            done,
            failed,
        )

    def _end(self, row: OriginalRow, failure: str = "") -> None:
        row.end(failure)
        self._model.refresh([row])
        self.count_changed.emit()

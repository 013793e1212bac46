"""What the export dialog tells: a damaged preset, files written, advice beside an export."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from twauth_gui.domain.account_names import shortest_names
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.health import Severity
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.export.export_preview import ExportPreview
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_danger_button, secondary_button
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.surfaces import CopyLine
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import XXL, M, S, TextStyle
from twauth_gui.services.preset_service import PresetProblem
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import ROTATION_NOTE, ExportPreset


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


class ExportAdvice(QWidget):
    """Shows a preset's advice; for refresh tokens also the ways to export none.

    Signals:
        oauth1_requested: a preset with OAuth 1.0a is to be used instead.
        sign_in_requested: the account has no OAuth 1.0a; it is to be signed in with it.
    """

    oauth1_requested = Signal()
    sign_in_requested = Signal()

    def __init__(self, context: AppContext, accounts: Sequence[Account]) -> None:
        super().__init__()
        self._context = context
        self._accounts = list(accounts)
        self._has_oauth1 = any(account.has_oauth1 for account in accounts)
        self._copy = secondary_button("Copy", "copy", size=ButtonSize.SMALL)
        self._copy.setAccessibleName("Copy the command")
        self._copy.clicked.connect(self._copy_command)
        self._line = CopyLine(buttons=[self._copy])
        self._line.setAccessibleName("Command that needs no copy of the token")
        words = "Use OAuth 1.0a" if self._has_oauth1 else "Sign in with OAuth 1.0a…"
        other = secondary_button(words, size=ButtonSize.SMALL)
        other.clicked.connect(self.oauth1_requested if self._has_oauth1 else self.sign_in_requested)
        if not self._has_oauth1 and len(self._accounts) > 1:
            other.hide()
        self._note = Text(style=TextStyle.SMALL, role="text-2", wrap=True)
        self._ways = ResponsiveRow(self._line, other, spacing=M, stretch=(1, 0), apart=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self._note)
        column.addWidget(self._ways)

    def show_preset(self, preset: ExportPreset, *, has_refresh: bool) -> None:
        """Show what to know about a preset. has_refresh: whether an account has such a token."""
        rotates = has_refresh and Field.OAUTH2_REFRESH in preset.names
        self._note.setText(" ".join(filter(None, (preset.note, ROTATION_NOTE * rotates))))
        self._note.setVisible(bool(self._note.text()))
        self._ways.setVisible(rotates)
        self.setVisible(bool(self._note.text()))
        snapshot = self._context.snapshots.current
        labels = {app_id: app.label for app_id, app in snapshot.apps.items()}
        names = shortest_names([*snapshot.accounts.values()], labels)
        accounts = [names.get(one.id, one.at_handle) for one in self._accounts]
        words = ["twauth", "run", *accounts, "--preset", preset.id, "--"]
        self._line.set_text(f"{shlex.join(words)} COMMAND")

    def sign_in(self) -> None:
        """Open the sign-in with OAuth 1.0a of the one account."""
        self._context.window.sign_in_again(self._accounts[0].id, CredentialKind.OAUTH1)

    def _copy_command(self) -> None:
        self._context.clipboard.copy_plain(self._line.text())
        self._context.window.show_status("Copied")

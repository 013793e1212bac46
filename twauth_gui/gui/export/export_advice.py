"""Advice beside an export: the preset's own, and that refresh tokens rotate."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.account_names import shortest_names
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.surfaces import CopyLine
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import M, S, TextStyle
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import ROTATION_NOTE, ExportPreset


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

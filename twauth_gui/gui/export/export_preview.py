"""The preview of an export: names, and dots in the place of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.annotations import first_tag
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.snapshot_store import Snapshot
from twauth_gui.gui.theme.metrics import M, S, TextStyle, line_height, text_font
from twauth_gui.services.export_service import OAuth2ClientFields
from twauth_gui.transfer.export_presets import ExportPreset, FileSyntax
from twauth_gui.transfer.export_renderer import (
    HIDDEN_VALUE,
    PreviewEntry,
    preview_files,
    render_preview,
)

MAX_PREVIEWED = 50
"""How many accounts are previewed."""


class ExportPreview(QPlainTextEdit):
    """The preview in the fixed font; it never holds a secret."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preview")
        self.setAccessibleName("Preview")
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.setFont(text_font(TextStyle.MONO))

    def show_text(self, text: str) -> None:
        if text != self.toPlainText():
            place = self.verticalScrollBar().value()
            self.setPlainText(text)
            self.verticalScrollBar().setValue(place)


@dataclass(frozen=True, slots=True)
class PreviewText:
    """A preview's text. values: how many it hides, or None if not all accounts are in it."""

    text: str
    values: int | None = None


def make_preview(
    preset: ExportPreset,
    entries: Sequence[PreviewEntry],
    *,
    accounts: int,
    comment: bool,
    bearer: bool = False,
) -> PreviewText:
    """Render a preview; a preset that does not fit the accounts says why.

    entries: the first of so many accounts.
    """
    try:
        if preset.makes_folder(accounts):
            files = preview_files(preset, entries, comment=comment, bearer=bearer)
            text = "\n".join(f"{name}\n{_indent(text)}" for name, text in files)
        else:
            text = render_preview(preset, entries, comment=comment, bearer=bearer)
    except ValueError as error:
        return PreviewText(str(error))
    if len(entries) < accounts:
        more = pluralize(accounts - len(entries), "more account")
        return PreviewText(f"{text.rstrip()}\n\n… {more}\n")
    return PreviewText(text, text.count(HIDDEN_VALUE))


def _indent(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def make_preview_entry(
    snapshot: Snapshot, account: Account, clients: Mapping[AppId, OAuth2ClientFields]
) -> PreviewEntry:
    """Return an account as the preview takes it. clients: as far as they are known yet."""
    tokens = snapshot.tokens.get(account.id)
    client = clients.get(account.app_id)
    return PreviewEntry(
        handle=account.handle,
        name=account.name,
        user_id=account.known_user_id,
        app_label=snapshot.label_of(account.app_id),
        api_url=snapshot.apps[account.app_id].hosts.api,
        has_client=tokens is not None if client is None else client.has_id,
        has_client_secret=client is not None and client.has_secret,
        has_oauth1=account.has_oauth1,
        has_oauth2=tokens is not None,
        has_refresh=tokens is not None and tokens.is_renewable,
        tag=first_tag(account),
    )


def with_every_value(entry: PreviewEntry) -> PreviewEntry:
    """Return an account as if it had all that a preset can have a name for."""
    return replace(
        entry,
        has_bearer=True,
        has_client=True,
        has_client_secret=True,
        has_oauth1=True,
        has_oauth2=True,
        has_refresh=True,
    )


class PreviewBox(QWidget):
    """The preview with its heading, and the choice of a comment below it.

    Signals:
        comment_changed: the user wants a comment, or none.
    """

    comment_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._preview = ExportPreview()
        self._preview.setMinimumHeight(6 * line_height(TextStyle.MONO))
        self._comment = CheckBox("Name the account in a comment")
        self._wants_comment = True
        self._no_comment = Text("", style=TextStyle.SMALL, role="text-3")
        head = Text("Preview", style=TextStyle.SMALL, strong=True, heading=True)
        hidden = Text(
            "Hidden values are filled in on export.", style=TextStyle.SMALL, role="text-3"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(ResponsiveRow(head, hidden, spacing=S, stretch=(0, 0), apart=True))
        column.addWidget(self._preview, 1)
        column.addSpacing(S)
        column.addWidget(ResponsiveRow(self._comment, self._no_comment, spacing=M, stretch=(0, 1)))
        self._comment.clicked.connect(self._remember_comment)

    @property
    def has_comment(self) -> bool:
        return self._comment.isChecked()

    def show_preset(
        self, preset: ExportPreset, entries: Sequence[PreviewEntry], accounts: int
    ) -> PreviewText:
        """Show what the preset makes of the accounts. entries: the first of so many."""
        self._show_comment(preset)
        shown = make_preview(preset, entries, accounts=accounts, comment=self.has_comment)
        self._preview.show_text(shown.text)
        return shown

    def _remember_comment(self, wanted: bool) -> None:  # noqa: FBT001 - a slot
        self._wants_comment = wanted
        self.comment_changed.emit()

    def _show_comment(self, preset: ExportPreset) -> None:
        """Offer the comment if the format has comments, else say why not."""
        can_comment = preset.syntax.has_comments
        name = "JSON" if preset.syntax is FileSyntax.JSON else "This format"
        self._no_comment.setText(f"{name} has no comments.")
        self._comment.setEnabled(can_comment)
        self._comment.setChecked(can_comment and self._wants_comment)
        self._comment.setAccessibleDescription("" if can_comment else self._no_comment.text())
        self._no_comment.setVisible(not can_comment)

"""The dialog that exports credentials: preset, destination, preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.export.preset_list import PresetList
from twauth_gui.gui.parts.avatar import Avatar, avatar_letters, hue_of
from twauth_gui.gui.parts.badges import IconLabel
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.confirm_dialog import ask_to_replace
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth
from twauth_gui.gui.parts.file_path_field import FilePathField
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.segmented_control import SegmentedControl
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import M, S, TextStyle, line_height, scale_height, text_font
from twauth_gui.gui.vault.vault_dialogs import offer_unlock
from twauth_gui.services.export_service import (
    DEFAULT_PRESET,
    LAST_PRESET,
    OAUTH2_PRESET,
    OAuth2ClientFields,
)
from twauth_gui.services.preset_service import PresetCollection
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import ROTATION_NOTE, ExportPreset, FileSyntax
from twauth_gui.transfer.export_renderer import PreviewEntry, render_preview
from twauth_gui.transfer.preset_catalog import builtin_presets


class ExportPreview(QPlainTextEdit):
    """The preview in the fixed font; it never holds a secret."""

    DOTS = "•" * 10

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
            self.setPlainText(text)


_CLIPBOARD, _FILE = "clipboard", "file"
_HEIGHT = 560
_LIST_WIDTH = 296
_LIST_HEIGHT = 232
_MAX_SIZE = 16777215  # QWIDGETSIZE_MAX, which PySide6 does not expose

T = TypeVar("T")


class ExportDialog(Dialog):
    """Exports accounts in the format of a preset, to the clipboard or to a file."""

    def __init__(
        self, context: AppContext, actions: AccountActions, accounts: Sequence[Account]
    ) -> None:
        self._context = context
        self._actions = actions
        self._accounts = list(accounts)
        first = accounts[0]
        is_several = len(accounts) > 1
        snapshot = context.snapshots.current
        super().__init__(
            f"Export {len(accounts)} accounts" if is_several else f"Export {first.at_handle}",
            width=DialogWidth.W880,
            app_name="" if is_several else snapshot.label_of(first.app_id),
            avatar=Avatar(avatar_letters(first.handle), hue_of(first.user_id), 24),
            height=_HEIGHT,
        )
        self._preset_id = DEFAULT_PRESET
        self._clients: Mapping[AppId, OAuth2ClientFields] = {}
        self._presets: dict[str, ExportPreset] = {}
        self._list = PresetList()
        self._target = SegmentedControl(
            [(_CLIPBOARD, "Clipboard", "clipboard"), (_FILE, "File", "file-text")], "Destination"
        )
        self._file = FilePathField(context.home)
        self._preview = ExportPreview()
        self._comment = CheckBox("Name the account in a comment")
        self._wants_comment = True
        self._no_comment = Text("", style=TextStyle.SMALL, role="text-3")
        self._advice = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        self._problem = ProblemBanner()
        self._note_icon = IconLabel("clock", "text-3", 14)
        self._note = ElidedLabel("", style=TextStyle.SMALL, role="text-2")
        self._go = primary_button("")
        self._build()
        self._offer(builtin_presets())
        self._connect()
        self._read_presets()
        self._read_clients()

    def _build(self) -> None:
        self._list.setObjectName("presetRail")
        self._list.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._list.setMinimumWidth(_LIST_WIDTH)
        body = ResponsiveRow(self._list, self._build_main(), spacing=0)
        body.stacked.connect(self._resize_list)
        self._resize_list(stacked=False)
        body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.set_body(body)
        self.add_left(self._note_icon)
        self.add_left(self._note)
        self.add_cancel_and(self._go)
        self.set_initial_focus(self._list.search)

    def _resize_list(self, stacked: bool) -> None:  # noqa: FBT001 - a slot
        """Give the list a fixed width beside the preview, or a few rows above it."""
        few = 4 * scale_height(_LIST_HEIGHT // 4, TextStyle.BODY, TextStyle.SMALL)
        self._list.setMinimumHeight(few if stacked else 0)
        self._list.setMaximumSize(*((_MAX_SIZE, few) if stacked else (_LIST_WIDTH, _MAX_SIZE)))

    def _build_main(self) -> QWidget:
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(Text("Destination", style=TextStyle.SMALL, strong=True))
        column.addWidget(self._target, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._file)
        column.addSpacing(16)
        head = Text("Preview", style=TextStyle.SMALL, strong=True)
        hidden = Text(
            "Hidden values are filled in on export.", style=TextStyle.SMALL, role="text-3"
        )
        column.addWidget(ResponsiveRow(head, hidden, spacing=S, stretch=(0, 0), apart=True))
        self._preview.setMinimumHeight(6 * line_height(TextStyle.MONO))
        column.addWidget(self._preview, 1)
        column.addSpacing(8)
        column.addWidget(ResponsiveRow(self._comment, self._no_comment, spacing=M, stretch=(0, 1)))
        column.addWidget(self._advice)
        column.addWidget(self._problem)
        return main

    def _connect(self) -> None:
        self._list.chosen.connect(self._show_preset)
        self._target.changed.connect(self._refresh)
        self._comment.clicked.connect(self._remember_comment)
        self._file.changed.connect(self._refresh)
        self._file.browse_requested.connect(self._browse)
        self._go.clicked.connect(self._export)

    def _offer(self, presets: Sequence[ExportPreset]) -> None:
        """List the presets, but for what makes a folder: that cannot be copied."""
        count = len(self._accounts)
        self._presets = {one.id: one for one in presets if not one.makes_folder(count)}
        self._list.show_presets(tuple(self._presets.values()))

    def _read_presets(self) -> None:
        """Add the user's own presets, and select the one that was used last."""
        services = self._context.services

        def work(_job: Job) -> tuple[str | None, PresetCollection]:
            return services.store.settings.get(LAST_PRESET), services.presets.list_all()

        def done(found: tuple[str | None, PresetCollection]) -> None:
            last, collection = found
            self._offer(collection.presets)
            preset_id = last if last in self._presets else DEFAULT_PRESET
            only_tokens = not any(account.has_oauth1 for account in self._accounts)
            if only_tokens and self._presets[preset_id].needs_oauth1:
                preset_id = OAUTH2_PRESET
            is_searching = bool(self._list.search.text())
            self._list.select(self._preset_id if is_searching else preset_id)

        self._context.run_in_store(self, work, done)
        self._refresh()

    def _read_clients(self) -> None:
        """Read from the keychain which apps have an OAuth 2.0 client, for the preview."""
        apps = {account.app_id for account in self._accounts}

        def work(_job: Job) -> dict[AppId, OAuth2ClientFields]:
            return self._context.services.exporter.find_oauth2_clients(apps)

        def done(clients: dict[AppId, OAuth2ClientFields]) -> None:
            self._clients = clients
            self._refresh()

        # A keychain that refuses is reported when the values are exported.
        self._context.run_in_store(self, work, done, lambda _diagnosis: None)

    # -- showing -----------------------------------------------------------------------------------

    def _show_preset(self, preset_id: str) -> None:
        self._preset_id = preset_id
        self._file.suggest(self._presets[preset_id].suggested_name)
        self._refresh()

    def _remember_comment(self, wanted: bool) -> None:  # noqa: FBT001 - a slot
        self._wants_comment = wanted
        self._refresh()

    def _show_comment(self, preset: ExportPreset) -> None:
        """Offer the comment if the format has comments, else say why not."""
        can_comment = preset.syntax.has_comments
        name = "JSON" if preset.syntax is FileSyntax.JSON else "This format"
        self._no_comment.setText(f"{name} has no comments.")
        self._comment.setEnabled(can_comment)
        self._comment.setChecked(can_comment and self._wants_comment)
        self._comment.setAccessibleDescription("" if can_comment else self._no_comment.text())
        self._no_comment.setVisible(not can_comment)

    def _refresh(self) -> None:
        preset = self._presets[self._preset_id]
        self._show_comment(preset)
        to_file = self._target.selected() == _FILE
        self._file.setVisible(to_file)
        self._problem.clear()
        entries = self._preview_entries()
        self._show_advice(preset, entries)
        try:
            text = render_preview(preset, entries, comment=self._comment.isChecked())
        except ValueError as error:  # a preset of the user that does not fit these accounts
            text = str(error)
        self._preview.show_text(text)
        count = text.count(ExportPreview.DOTS)
        self._note.setText(
            "Only you can read the file"
            if to_file
            else f"The clipboard clears after {self._context.clipboard.seconds} s"
        )
        self._note_icon.set_icon("lock" if to_file else "clock")
        copy = f"Copy {pluralize(count, 'value')}" if count else "Copy"
        self._go.setText("Save file" if to_file else copy)
        self._go.setEnabled(not to_file or self._file.path is not None)

    def _show_advice(self, preset: ExportPreset, entries: Sequence[PreviewEntry]) -> None:
        rotates = Field.OAUTH2_REFRESH in preset.names and any(one.has_refresh for one in entries)
        self._advice.setText(" ".join(filter(None, (preset.note, ROTATION_NOTE * rotates))))
        self._advice.setVisible(bool(self._advice.text()))

    def _preview_entries(self) -> list[PreviewEntry]:
        return [self._preview_entry(account) for account in self._accounts]

    def _preview_entry(self, account: Account) -> PreviewEntry:
        snapshot = self._context.snapshots.current
        tokens = snapshot.tokens.get(account.id)
        client = self._clients.get(account.app_id)
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
        )

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Save credentials", str(self._context.home))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # This dialog asks itself, once, before it replaces a file.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(self._presets[self._preset_id].suggested_name)
        dialog.fileSelected.connect(self._file.set_path)
        dialog.open()

    # -- export ------------------------------------------------------------------------------------

    def _export(self) -> None:
        if self._target.selected() == _FILE:
            self._save(overwrite=False)
        else:
            self._copy()

    def _copy(self) -> None:
        ids, preset_id, comment = self._ids(), self._preset_id, self._comment.isChecked()

        def work(_job: Job) -> Secret:
            self._context.services.exporter.remember_preset(preset_id)
            return self._context.services.exporter.export_text(
                ids, preset_id, comment=comment, copied=True
            )

        def done(text: Secret) -> None:
            _ = self._actions.copy_secret(text)
            self.close_dialog()

        self._go.setEnabled(False)
        self._run(preset_id, work, done)

    def _run(self, preset_id: str, work: Callable[[Job], T], done: Callable[[T], None]) -> None:
        """Run the work where it may ask X: OAuth 2.0 tokens near their end are renewed first."""
        if self._presets[preset_id].names_oauth2:
            self._context.run_over_network(self, work, done, self._show_failure, must_finish=True)
        else:
            self._context.run_in_store(self, work, done, self._show_failure)

    def _save(self, *, overwrite: bool) -> None:
        path = self._file.path
        if path is None:
            return
        ids, preset_id, comment = self._ids(), self._preset_id, self._comment.isChecked()

        def work(_job: Job) -> None:
            self._context.services.exporter.export_to_file(
                ids, preset_id, path, comment=comment, overwrite=overwrite
            )
            self._context.services.exporter.remember_preset(preset_id)

        def done(_nothing: None) -> None:
            self._context.window.show_status(f"Saved {path.name} in {path.parent}")
            self._context.snapshots.reload()
            self.close_dialog()

        self._go.setEnabled(False)
        self._run(preset_id, work, done)

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        self._go.setEnabled(True)
        path = self._file.path
        if path is not None and diagnosis.kind is ProblemKind.FILE_EXISTS:
            ask_to_replace(self._context.dialogs, path, lambda: self._save(overwrite=True))
            return
        if offer_unlock(self._context, diagnosis, self._export):
            return
        self._problem.show_diagnosis(diagnosis)

    def _ids(self) -> list[AccountId]:
        return [account.id for account in self._accounts]

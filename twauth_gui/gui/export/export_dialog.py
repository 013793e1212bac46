"""The dialog that exports credentials: preset, destination, preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.export.export_page import CopyPage, ExportPage, ExportRequest
from twauth_gui.gui.export.export_preview import (
    MAX_PREVIEWED,
    PreviewBox,
    PreviewText,
    make_preview_entry,
)
from twauth_gui.gui.export.folder_page import FolderPage
from twauth_gui.gui.export.last_places import (
    CLIPBOARD,
    FILE,
    STORE,
    read_last_destination,
)
from twauth_gui.gui.export.notice_pages import DamagedPresetPage, ExportAdvice, WrittenFilesPage
from twauth_gui.gui.export.preset_actions import PresetActions
from twauth_gui.gui.export.preset_list import PresetList
from twauth_gui.gui.export.save_page import SavePage
from twauth_gui.gui.parts.avatar import Avatar, avatar_letters, hue_of
from twauth_gui.gui.parts.badges import IconLabel
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.segmented_control import SegmentedControl
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import TextStyle, scale_height
from twauth_gui.services.export_service import (
    DEFAULT_PRESET,
    LAST_PRESET,
    OAUTH2_PRESET,
    OAuth2ClientFields,
)
from twauth_gui.services.preset_service import PresetCollection, PresetProblem
from twauth_gui.transfer.export_presets import AccountGrouping, ExportPreset
from twauth_gui.transfer.export_renderer import PreviewEntry
from twauth_gui.transfer.export_syntaxes.table import SYNTAXES
from twauth_gui.transfer.preset_catalog import builtin_presets

if TYPE_CHECKING:
    from twauth_gui.gui.export.push_page import PushPage

_TARGETS = (
    (CLIPBOARD, "Clipboard", "clipboard"),
    (FILE, "File", "file-text"),
    (STORE, "Secret store", "cloud-upload"),
)
_ONE, _EACH = "one", "each"
_SPLITS = ((_ONE, "One file", ""), (_EACH, "A file for each account", ""))
_HEIGHT = 560
_LIST_WIDTH = 296
_LIST_HEIGHT = 276
_MAX_SIZE = 16777215  # QWIDGETSIZE_MAX, which PySide6 does not expose


class ExportDialog(Dialog):
    """Exports accounts in the format of a preset, to the destination that is chosen."""

    def __init__(
        self, context: AppContext, actions: AccountActions, accounts: Sequence[Account]
    ) -> None:
        self._context = context
        self._accounts = list(accounts)
        first, *others = accounts
        super().__init__(
            f"Export {len(accounts):,} accounts" if others else f"Export {first.at_handle}",
            width=DialogWidth.W880,
            app_name="" if others else context.snapshots.current.label_of(first.app_id),
            avatar=IconLabel("users-round", "text-2", 20)
            if others
            else Avatar(avatar_letters(first.handle), hue_of(first.user_id), 24),
            height=_HEIGHT,
        )
        self._preset_id = DEFAULT_PRESET
        self._damaged: PresetProblem | None = None
        self._clients: Mapping[AppId, OAuth2ClientFields] = {}
        self._presets: dict[str, ExportPreset] = {}
        self._list = PresetList()
        self._preset_actions = PresetActions(context, self._first_entries, self)
        self._target = SegmentedControl(_TARGETS, "Destination")
        self._has_target = self._is_reading = False
        self._split = SegmentedControl(_SPLITS, "Files")
        self._copy = CopyPage(context, actions)
        self._save = SavePage(context)
        self._folder = FolderPage(context, self._preview_entries)
        self._push: PushPage | None = None
        self._pages: list[ExportPage] = []
        self._page_column = QVBoxLayout()
        self._preview, self._shown = PreviewBox(), PreviewText("")
        self._advice = ExportAdvice(context, accounts)
        self._problem = ProblemBanner()
        self._note_icon, self._note = IconLabel("clock", "text-3", 14), _make_note()
        self._go = primary_button("")
        self._main, self._damaged_page = QWidget(), DamagedPresetPage()
        self._build_main()
        self._build()
        self._offer(builtin_presets())
        self._connect()
        self._read_clients()

    def _build(self) -> None:
        self._list.setObjectName("presetRail")
        self._list.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._list.setMinimumWidth(_LIST_WIDTH)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._main)
        column.addWidget(self._damaged_page)
        self._damaged_page.hide()
        body = ResponsiveRow(self._list, side, spacing=0)
        body.stacked.connect(self._resize_list)
        self._resize_list(stacked=False)
        body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.set_body(body)
        self.add_left(self._note_icon)
        self.add_left(self._note)
        self.add_cancel_and(self._go)
        self.set_initial_focus(self._list.search)

    def choose_secret_store(self) -> None:
        """Show the page for secret stores."""
        self._target.select(STORE)

    def choose_preset(self, preset_id: str) -> None:
        """Select a preset instead of the one used last."""
        self._read_presets(preset_id)

    def _resize_list(self, stacked: bool) -> None:  # noqa: FBT001 - a slot
        """Give the list a fixed width beside the preview, or a few rows above it."""
        few = 4 * scale_height(_LIST_HEIGHT // 4, TextStyle.BODY, TextStyle.SMALL)
        self._list.setMinimumHeight(few if stacked else 0)
        self._list.setMaximumSize(*((_MAX_SIZE, few) if stacked else (_LIST_WIDTH, _MAX_SIZE)))

    def _build_main(self) -> None:
        self._main_column = column = QVBoxLayout(self._main)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(Text("Destination", style=TextStyle.SMALL, strong=True, heading=True))
        column.addWidget(self._target, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._split, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._page_column)
        column.addWidget(self._advice)
        column.addSpacing(12)
        column.addWidget(self._preview, 100)
        column.addWidget(self._problem)
        column.addStretch(1)

    def _connect(self) -> None:
        self._list.chosen.connect(self._show_preset)
        self._list.problem_chosen.connect(self._show_damaged)
        self._list.new_requested.connect(self._preset_actions.make)
        self._list.menu_requested.connect(self._open_preset_menu)
        self._list.edit_requested.connect(self._edit_preset)
        self._list.delete_requested.connect(self._delete_preset)
        self._preset_actions.changed.connect(self._read_presets)
        self._damaged_page.folder_requested.connect(self._preset_actions.show_in_folder)
        self._damaged_page.delete_requested.connect(self._preset_actions.delete)
        self._list.confirmed.connect(self._focus_button)
        self._target.changed.connect(self._note_target)
        self._split.changed.connect(self._refresh)
        self._preview.comment_changed.connect(self._refresh)
        self._copy.folder_requested.connect(lambda: self._target.select(FILE))
        self._folder.written.connect(self._show_written)
        self._save.written.connect(self._show_written)
        self._advice.oauth1_requested.connect(lambda: self._list.select(DEFAULT_PRESET))
        self._advice.sign_in_requested.connect(self._sign_in)
        for page in (self._copy, self._save, self._folder):
            self._add_page(page)
        self._go.clicked.connect(lambda: self._page.start())
        self._read_presets()

    def _add_page(self, page: ExportPage) -> None:
        self._pages.append(page)
        self._page_column.addWidget(page)
        page.changed.connect(self._show_button)
        page.failed.connect(self._problem.show_diagnosis)
        page.finished.connect(self.close_dialog)

    def _open_push(self) -> PushPage:
        """Return the page for secret stores, made when it is first chosen."""
        if self._push is None:
            # It loads all that runs vendors' commands, which the usual export does not need.
            from twauth_gui.gui.export.push_page import PushPage  # noqa: PLC0415

            self._push = PushPage(self._context)
            self._push.preset_suggested.connect(self._list.select)
            self._add_page(self._push)
        return self._push

    # -- presets -----------------------------------------------------------------------------------

    def _offer(
        self, presets: Sequence[ExportPreset], problems: Sequence[PresetProblem] = ()
    ) -> None:
        self._presets = {one.id: one for one in presets}
        self._list.show_presets(presets, problems)

    def _read_presets(self, chosen: str = "") -> None:
        """Read the user's own presets as well; select one, or that which was used last."""
        services = self._context.services

        def work(_job: Job) -> tuple[str | None, str, PresetCollection]:
            last = services.store.settings.get(LAST_PRESET)
            return last, read_last_destination(services.store), services.presets.list_all()

        def done(found: tuple[str | None, str, PresetCollection]) -> None:
            last, target, collection = found
            if target in {FILE, STORE} and not self._has_target:
                self._target.select(target)
            self._take_presets(collection, chosen, last or "")

        def ended() -> None:
            self._is_reading = False
            self._show_button()

        self._is_reading = True  # what was edited just now must not be exported as it was
        _ = self._context.run_in_store(self, work, done, on_ended=ended)
        if not self._damaged:
            self._refresh()

    def _take_presets(self, collection: PresetCollection, chosen: str, last: str) -> None:
        before = self._preset_id
        self._offer(collection.presets, collection.problems)
        preset_id = chosen or last
        if preset_id not in self._presets:
            preset_id = DEFAULT_PRESET
        only_tokens = not any(account.has_oauth1 for account in self._accounts)
        if only_tokens and self._presets[preset_id].needs_oauth1 and not chosen:
            preset_id = OAUTH2_PRESET
        is_gone = self._damaged is not None and self._damaged not in collection.problems
        if chosen or is_gone:
            self._list.search.clear()  # it may not match the one to select
        is_searching = bool(self._list.search.text()) and before in self._presets
        self._list.select(before if is_searching else preset_id)

    def _note_target(self) -> None:
        self._has_target = True
        self._refresh()

    def _focus_button(self) -> None:
        if self._go.isEnabled():
            self._go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _selected(self) -> ExportPreset | PresetProblem | None:
        return self._damaged or self._presets.get(self._preset_id)

    def _open_preset_menu(self, place: QPoint) -> None:
        self._preset_actions.open_menu(self._selected(), place)

    def _edit_preset(self) -> None:
        preset = self._selected()
        if isinstance(preset, ExportPreset):
            edit = self._preset_actions.edit if preset.is_own else self._preset_actions.duplicate
            edit(preset)

    def _delete_preset(self) -> None:
        preset = self._selected()
        if isinstance(preset, PresetProblem) or (preset is not None and preset.is_own):
            self._preset_actions.delete(preset)

    def _read_clients(self) -> None:
        """Read from the keychain which apps have an OAuth 2.0 client, for the preview."""
        apps = {account.app_id for account in self._accounts}

        def work(_job: Job) -> dict[AppId, OAuth2ClientFields]:
            return self._context.services.exporter.find_oauth2_clients(apps)

        def done(clients: dict[AppId, OAuth2ClientFields]) -> None:
            self._clients = clients
            if not self._damaged:
                self._refresh()

        # A keychain that refuses is reported when the values are exported.
        self._context.run_in_store(self, work, done, lambda _diagnosis: None)

    # -- showing -----------------------------------------------------------------------------------

    @property
    def _page(self) -> ExportPage:
        """The page of the destination."""
        if self._target.selected() == CLIPBOARD:
            return self._copy
        if self._target.selected() == STORE:
            return self._open_push()
        makes_folder = self._preset.makes_folder(len(self._accounts))
        return self._folder if makes_folder else self._save

    @property
    def _can_split(self) -> bool:
        """Whether there can be one file or a file for each account."""
        preset, several = self._presets[self._preset_id], len(self._accounts) > 1
        is_free = AccountGrouping.FILE in SYNTAXES[preset.syntax].groupings
        is_file = self._target.selected() == FILE
        return is_file and several and is_free and not preset.makes_folder(len(self._accounts))

    @property
    def _preset(self) -> ExportPreset:
        """The preset that is chosen, with a file for each account if that is."""
        preset = self._presets[self._preset_id]
        is_split = self._can_split and self._split.selected() == _EACH
        return preset.with_file_each() if is_split else preset

    def _show_preset(self, preset_id: str) -> None:
        self._preset_id = preset_id
        self._show_side(None)
        self._refresh()

    def _show_damaged(self, problem: PresetProblem) -> None:
        self._damaged_page.show_problem(problem)
        self._show_side(problem)

    def _show_side(self, damaged: PresetProblem | None) -> None:
        """Show the page of a damaged preset, or that of the export."""
        self._damaged = damaged
        self._damaged_page.setVisible(damaged is not None)
        self._main.setVisible(damaged is None)
        if damaged is not None:
            self._go.setText("Export")
            self._go.setEnabled(False)

    def _refresh(self) -> None:
        preset = self._preset
        self._split.setVisible(self._can_split)
        self._problem.clear()
        tokens = self._context.snapshots.current.tokens
        found = (tokens.get(one.id) for one in self._accounts)
        self._advice.show_preset(preset, has_refresh=any(one and one.is_renewable for one in found))
        entries = self._first_entries()
        self._shown = self._preview.show_preset(preset, entries, len(self._accounts))
        request = ExportRequest(tuple(self._accounts), preset, self._preview.has_comment)
        current = self._page
        for page in self._pages:
            page.setVisible(page is current)
        current.show_request(request)
        self._show_button()

    def _show_button(self) -> None:
        page = self._page
        icon, note = page.footer_note()
        self._note_icon.set_icon(icon)
        self._note.setText(note)
        self._preview.setVisible(page.has_preview)
        self._main_column.setStretchFactor(self._page_column, 100 if page is self._push else 0)
        self._list.setVisible(page.has_presets or self._damaged is not None)
        self._go.setText(page.button_text(self._shown.values))
        is_ready = not (self._damaged or self._is_reading or page.is_busy)
        self._go.setEnabled(is_ready and page.can_start())

    def _first_entries(self) -> list[PreviewEntry]:
        """Return as many accounts as are previewed."""
        return self._make_entries(self._accounts[:MAX_PREVIEWED])

    def _preview_entries(self) -> list[PreviewEntry]:
        return self._make_entries(self._accounts)

    def _make_entries(self, accounts: Sequence[Account]) -> list[PreviewEntry]:
        snapshot = self._context.snapshots.current
        return [make_preview_entry(snapshot, one, self._clients) for one in accounts]

    @override
    def dismiss(self) -> None:
        """Stop a push first, so that its results are seen."""
        if self._push is not None and self._push.is_applying:
            self._push.stop()
        else:
            super().dismiss()

    # -- leaving -----------------------------------------------------------------------------------

    def _show_written(self, paths: Sequence[Path], notes: Sequence[str] = ()) -> None:
        """Show what was written in the place of everything else."""
        page = WrittenFilesPage(paths, notes)
        page.folder_requested.connect(self._preset_actions.show_in_folder)
        self.set_body(page)
        self._note.setText(f"{pluralize(len(paths), 'file')} written")
        self._go.setText("Done")
        self._go.clicked.disconnect()
        self._go.clicked.connect(self.close_dialog)
        self._go.setEnabled(True)
        self._go.setFocus()

    def _sign_in(self) -> None:
        self.close_dialog()
        self._advice.sign_in()


def _make_note() -> ElidedLabel:
    return ElidedLabel("", style=TextStyle.SMALL, role="text-2")

"""The card Where is it?: the places with copies of an account's credentials, or of an app's."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.account_names import find_accounts, parse_account_name
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.placements import PlacementId, PlacementKind
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.accessibility import PopupMenu
from twauth_gui.gui.parts.badges import IconLabel
from twauth_gui.gui.parts.buttons import ButtonSize, IconButton, quiet_button, secondary_button
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import TextStyle
from twauth_gui.gui.time_format import format_ago, format_ago_spoken
from twauth_gui.gui.vault.vault_dialogs import needs_vault
from twauth_gui.services.account_file import ACCOUNT_VARIABLE
from twauth_gui.services.placements import (
    PlaceStatus,
    PlaceUpdate,
    TrackedPlace,
    describe_updates,
)
from twauth_gui.store.vault_errors import VaultError

_FEW_ROWS = 5
_EMPTY = "No copy is known. Copies and exports made from now on are listed here."
_ACTIVE = "Commands that name no account use this one: it is the active account."
_NAMED = (
    "TWAUTH_ACCOUNT names this account where Twauth was started. It comes before the active one."
)
PLACE_ICONS = {
    PlacementKind.CLIPBOARD: "clipboard",
    PlacementKind.STANDARD_OUTPUT: "terminal",
    PlacementKind.FILE: "file-text",
    PlacementKind.PROGRAM: "app-window",
    PlacementKind.SECRET: "cloud-upload",
    PlacementKind.FOLDER: "hash",
}
_STATUS_ROLES = {
    PlaceStatus.CURRENT: "ok",
    PlaceStatus.OLD: "warn",
    PlaceStatus.UNSURE: "warn",
    PlaceStatus.INTERRUPTED: "warn",
    PlaceStatus.CHANGED: "warn",
}
_UPDATABLE = {PlacementKind.FILE, PlacementKind.SECRET}
_FOLDER_TEXT = "Commands in this folder use this account"


class PlacesCard(Card):
    """Places with icon, status and time, each with what can be done about it.

    Signals:
        found: the places were read; carries the outdated ones, a list of TrackedPlace.
    """

    found = Signal(object)

    def __init__(self, context: AppContext) -> None:
        self._more = quiet_button("", size=ButtonSize.SMALL)
        super().__init__("Where is it?", tail=self._more)
        self.context = context
        self._account_id: AccountId | None = None
        self._app_id: AppId | None = None
        self._places: list[TrackedPlace] = []
        self._advice: dict[PlacementId, str] = {}
        self._shows_all = False
        self._rows: list[_PlaceRow] = []
        self._line = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        holder = QWidget()
        margins = QVBoxLayout(holder)
        margins.setContentsMargins(16, 0, 16, 4)
        margins.addWidget(self._line)
        self.body.addWidget(holder)
        self._line_holder = holder
        self.body.setContentsMargins(0, 0, 0, 8)
        self._more.clicked.connect(self._toggle_all)
        self._more.hide()

    # -- content -----------------------------------------------------------------------------------

    def show_account(self, account_id: AccountId) -> None:
        """Show the places of an account, as they are now."""
        if account_id != self._account_id:
            self._forget_shown()
        self._account_id = account_id
        self.read()

    def show_app(self, app_id: AppId) -> None:
        """Show the places of an app's keys and of its accounts."""
        self._app_id = app_id
        self.read()

    def _forget_shown(self) -> None:
        self._advice.clear()
        self._shows_all = False
        self._show([])

    def read(self) -> None:
        """Read the places again; old ones are told by comparing, if the vault is open."""
        account_id, app_id = self._account_id, self._app_id
        service, is_open = self.context.services.placements, self.context.vault.is_open

        def work(_job: Job) -> list[TrackedPlace]:
            places = service.list_places(account_id=account_id, app_id=app_id)
            if is_open:
                with suppress(VaultError):
                    return service.compare(places)
            return places

        def done(places: list[TrackedPlace]) -> None:
            if account_id == self._account_id:
                self._show(places)
                self.found.emit([one for one in places if one.status.is_outdated])

        self.context.run_in_store(self, work, done)

    def show_times(self) -> None:
        """Update every text that depends on the current time."""
        self._show(self._places)

    def _show(self, places: Sequence[TrackedPlace]) -> None:
        self._places = list(places)
        shown = self._places if self._shows_all else self._places[:_FEW_ROWS]
        while len(self._rows) < len(shown):
            self._rows.append(_PlaceRow(self))
            self.body.addWidget(self._rows[-1])
        now = self.context.now()
        for row, place in zip(self._rows, shown, strict=False):
            text = self._advice.get(place.placement.id, "")
            at = place.placement.written_at
            row.show_place(place, format_ago(at, now), format_ago_spoken(at, now), text)
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(shown))
        line = self._describe_default()
        self._line.setText(line if self._places else f"{_EMPTY} {line}".strip())
        self._line_holder.setVisible(bool(self._line.text()))
        more = len(self._places) - _FEW_ROWS
        self._more.setVisible(more > 0)
        self._more.setText("Show fewer" if self._shows_all else f"Show all {len(self._places):,}")

    def _describe_default(self) -> str:
        """Say why commands that name no account use this one, if they do."""
        snapshot = self.context.snapshots.current
        if self._account_id is None:
            return ""
        if self._is_named_by_variable(self._account_id):
            return _NAMED
        return _ACTIVE if snapshot.active_account_id == self._account_id else ""

    def _is_named_by_variable(self, account_id: AccountId) -> bool:
        """Whether the environment names this account; it is asked about alone before all others."""
        snapshot = self.context.snapshots.current
        account, text = snapshot.accounts.get(account_id), os.environ.get(ACCOUNT_VARIABLE, "")
        if account is None or not text:
            return False
        labels = {app.id: app.label for app in snapshot.apps.values()}
        name = parse_account_name(text)
        return bool(find_accounts(name, [account], labels)) and account in find_accounts(
            name, snapshot.accounts.values(), labels
        )

    def name_holder(self, place: TrackedPlace) -> str:
        """Return " · @handle" if the card shows several accounts; else ""."""
        account_id = place.placement.account_id
        account = self.context.snapshots.current.accounts.get(account_id) if account_id else None
        return f" · {account.at_handle}" if account is not None and self._app_id else ""

    def _toggle_all(self) -> None:
        self._shows_all = not self._shows_all
        self._show(self._places)

    # -- actions -----------------------------------------------------------------------------------

    @needs_vault
    def update_places(self, places: Sequence[TrackedPlace]) -> None:
        """Write the current values to these places; tell what to do for those it cannot write."""

        def work(job: Job) -> list[PlaceUpdate]:
            return self.context.services.placements.update(places, job.cancel)

        def done(updates: list[PlaceUpdate]) -> None:
            self._advice = {one.place.placement.id: one.text for one in updates if not one.is_done}
            self.context.window.show_status(describe_updates(updates))
            self._shows_all = self._shows_all or len(self._advice) > 1
            self.context.snapshots.reload()
            self.read()

        # A push waits for the destination's command.
        is_push = any(one.placement.place.kind is PlacementKind.SECRET for one in places)
        run = self.context.run_over_network if is_push else self.context.run_in_store
        _ = run(self, work, done)

    def forget_place(self, place: TrackedPlace) -> None:
        """Stop listing a place, because the copy is gone."""

        def done(_count: int) -> None:
            self.context.window.show_status(f"{place.label} is no longer listed")
            self.read()

        self.context.run_in_store(
            self, lambda _job: self.context.services.placements.forget([place]), done
        )

    def show_in_folder(self, place: TrackedPlace) -> None:
        """Open the folder of a file in the system's file manager."""
        path = place.placement.place.path
        folder = path if place.placement.place.kind is PlacementKind.FOLDER else path.parent
        if not self.context.window.open_address(folder.as_uri()):
            self.context.window.show_status("The folder could not be opened")


class _PathLabel(ElidedLabel):
    """One line that is cut in its middle: a path says most at its end."""

    @override
    def shown_text(self) -> str:
        width = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, width)

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(min(hint.width(), 40 * self.fontMetrics().averageCharWidth()), hint.height())


class _PlaceRow(QFrame):
    """One place: its icon, where it is, whether it is current, and what can be done."""

    def __init__(self, card: PlacesCard) -> None:
        super().__init__()
        self._card = card
        self._place: TrackedPlace | None = None
        self._icon = IconLabel("file-text", "text-3", 16)
        self._where = _PathLabel("")
        self._status = Text("", style=TextStyle.SMALL, role="text-3")
        self._when = ElidedLabel("", style=TextStyle.SMALL, role="text-3")
        self._advice = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        self._advice.allow_copy()
        self._update = secondary_button("", size=ButtonSize.SMALL)
        self._update.clicked.connect(self._update_place)
        self._menu = IconButton("ellipsis", "More")
        self._menu.clicked.connect(self._open_menu)
        self._build()

    def _build(self) -> None:
        second = QHBoxLayout()
        second.setSpacing(4)
        second.addWidget(self._status)
        second.addWidget(self._when, 1)
        words = QWidget()
        texts = QVBoxLayout(words)
        texts.setContentsMargins(0, 0, 0, 0)
        texts.setSpacing(0)
        texts.addWidget(self._where)
        texts.addLayout(second)
        texts.addWidget(self._advice)
        buttons = QWidget()
        actions = QHBoxLayout(buttons)
        actions.setContentsMargins(0, 0, 0, 0)
        actions.setSpacing(6)
        actions.addWidget(self._update)
        actions.addWidget(self._menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 5, 12, 5)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(ResponsiveRow(words, buttons, spacing=12, stretch=(1, 0), apart=True), 1)

    def show_place(self, place: TrackedPlace, when: str, when_spoken: str, advice: str) -> None:
        """Show a place. advice: what to do, if it could not be updated; else ""."""
        self._place = place
        kind = place.placement.place.kind
        self._icon.set_icon(PLACE_ICONS[kind])
        self._where.setText(place.label)
        is_name = place.status is PlaceStatus.NAME_ONLY
        status = _FOLDER_TEXT if is_name else place.status.value
        self._status.setText(status)
        self._status.set_role(_STATUS_ROLES.get(place.status, "text-3"))
        self._when.setText(f"· {when}{self._card.name_holder(place)}")
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self._update.setVisible(place.status.is_outdated and not advice)
        action = "Update" if kind in _UPDATABLE else "What to do"
        self._update.setText(action)
        self._update.setAccessibleName(f"{action}: {place.label}")
        self._menu.setAccessibleName(f"More about {place.label}")
        spoken = f"{place.label}: {status}, {when_spoken}{self._card.name_holder(place)}. {advice}"
        self.setAccessibleName(spoken.strip())

    def _update_place(self) -> None:
        if self._place is not None:
            self._card.update_places([self._place])

    def _open_menu(self) -> None:
        place = self._place
        if place is None:
            return
        menu = PopupMenu(self, self._menu.accessibleName())
        actions: list[tuple[str, Callable[[], None]]] = []
        if place.status.is_outdated:
            actions.append((self._update.text(), self._update_place))
        is_local = place.placement.place.kind in {PlacementKind.FILE, PlacementKind.FOLDER}
        if is_local and place.status not in {PlaceStatus.GONE, PlaceStatus.ELSEWHERE}:
            actions.append(("Show in folder", lambda: self._card.show_in_folder(place)))
        actions.append(("Forget", lambda: self._card.forget_place(place)))
        for text, action in actions:
            menu.addAction(text).triggered.connect(action)
        menu.popup(self._menu.mapToGlobal(self._menu.rect().bottomLeft()))

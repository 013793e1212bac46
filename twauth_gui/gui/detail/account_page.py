"""The page of one selected account, with its header."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.domain.accounts import Account, AccountEvent
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.health import Severity
from twauth_gui.domain.hosts import X_PAGE_URL
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.action_menu import open_action_menu
from twauth_gui.gui.annotations.annotation_changes import AnnotationChanger
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.detail.account_cards import (
    HealthCard,
    HealthFix,
    HistoryCard,
    InformationCard,
)
from twauth_gui.gui.detail.annotations_card import AnnotationsCard
from twauth_gui.gui.detail.credentials_card import CredentialsCard
from twauth_gui.gui.detail.oauth2_card import OAuth2Card
from twauth_gui.gui.parts.accessibility import scroll_into_view
from twauth_gui.gui.parts.avatar import Avatar, avatar_letters, hue_of
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import (
    ButtonKind,
    IconButton,
    primary_button,
    quiet_button,
    quiet_danger_button,
    secondary_button,
)
from twauth_gui.gui.parts.text import ElidedLabel
from twauth_gui.gui.places_card import PlacesCard
from twauth_gui.gui.snapshot_store import Snapshot
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    PANE_HEADER_HEIGHT,
    TextStyle,
    line_height,
    scale_height,
    scale_icon,
)
from twauth_gui.gui.vault.vault_dialogs import OpenVaultEnabler
from twauth_gui.services.placements import TrackedPlace, describe_outdated

_STAR_SIZE = 14
_STAR_GAP = 6
_LINE = 20  # pixels, of one line of normal text


class _Star(QLabel):
    """The mark of the active account; a label, so that screen readers read its name."""

    def __init__(self) -> None:
        super().__init__()
        side = scale_icon(_STAR_SIZE)
        self.setFixedSize(side, side)
        self.setAccessibleName("Active account")

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        dpr = self.devicePixelRatioF()
        star = look_of(self).pixmap("star", "accent-text", self.width(), filled=True, dpr=dpr)
        QPainter(self).drawPixmap(0, 0, star)


class AccountHeader(QWidget):
    """Avatar, handle, star, favourite mark, export button and menu of the selected account.

    Signals:
        favourite_requested: carries whether the account is to become a favourite.
        export_requested, back_requested: the button was pressed.
        menu_requested: the same; carries where the menu opens, on the screen.
    """

    favourite_requested = Signal(bool)
    export_requested = Signal()
    menu_requested = Signal(QPoint)
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(scale_height(PANE_HEADER_HEIGHT, TextStyle.HEADING, TextStyle.SMALL))
        self._avatar = Avatar("", 0, 40)
        self._handle = ElidedLabel("", style=TextStyle.HEADING, strong=True)
        self._star = _Star()
        self._heart = IconButton("heart", "Favourite", fills=True)
        self._heart.setCheckable(True)
        self._heart.clicked.connect(self.favourite_requested)
        self._what = ElidedLabel("", style=TextStyle.SMALL, role="text-2")
        self.back = IconButton("arrow-left", "Back to the list", side=32)
        self.back.clicked.connect(self.back_requested)
        self.back.hide()
        self.export = primary_button("Export…", "upload")
        self.export.clicked.connect(self.export_requested)
        self._more = IconButton("ellipsis", "More")
        self._more.clicked.connect(self._request_menu)
        self._build()

    def _build(self) -> None:
        name_row = QHBoxLayout()
        name_row.setSpacing(_STAR_GAP)
        name_row.addWidget(self._handle)
        name_row.addWidget(self._star)
        name_row.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch(1)
        texts.addLayout(name_row)
        texts.addWidget(self._what)
        texts.addStretch(1)
        self._row = row = QHBoxLayout(self)
        row.setSpacing(12)
        self.set_spare(0)
        row.addWidget(self.back)
        row.addWidget(self._avatar)
        row.addLayout(texts, 1)
        row.addWidget(self._heart)
        row.addWidget(self.export)
        row.addWidget(self._more)

    def set_spare(self, width: int) -> None:
        """Leave this much room at the end, in pixels: the cards end there too."""
        self._row.setContentsMargins(20, 0, 14 + width, 0)

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what is elsewhere, too, if the handle needs its room."""
        edges, gap = self._row.contentsMargins(), self._row.spacing()
        room = self.width() - edges.left() - edges.right() - self._handle.sizeHint().width()
        if not self._star.isHidden():
            room -= self._star.width() + _STAR_GAP
        for part in (self.back, self.export, self._more):
            room -= 0 if part.isHidden() else part.sizeHint().width() + gap
        for extra in (self._heart, self._avatar):
            room -= extra.minimumSize().expandedTo(extra.sizeHint()).width() + gap
            extra.setVisible(room >= 0)

    def show_account(self, account: Account, snapshot: Snapshot) -> None:
        """Show this account."""
        self._avatar.set_identity(avatar_letters(account.handle), hue_of(account.user_id))
        self._handle.setText(account.at_handle)
        label = snapshot.label_of(account.app_id)
        self._what.setText(f"{account.name} · {label}" if account.name else label)
        self._star.setVisible(account.id == snapshot.active_account_id)
        needs_fix = account.health.needs_attention  # the banner has the primary button then
        self.export.set_kind(ButtonKind.SECONDARY if needs_fix else ButtonKind.PRIMARY)
        self._heart.setChecked(account.is_favourite)
        self._heart.set_active(on=account.is_favourite)
        self._fit()

    def _request_menu(self) -> None:
        self.menu_requested.emit(self._more.mapToGlobal(self._more.rect().bottomLeft()))


_COLUMN_WIDTH, _TWO_COLUMNS_FROM, _COLUMNS_WIDTH = 720, 920, 1240


def content_width(width: int) -> int:
    """Return how much of this width the cards take, in pixels: one column of them or two."""
    scale = line_height() / _LINE
    if width < _TWO_COLUMNS_FROM * scale:
        return min(width, round(_COLUMN_WIDTH * scale))
    return min(width, round(_COLUMNS_WIDTH * scale))


class CardColumns(QWidget):
    """Cards one below the other, or in two columns if there is room."""

    def __init__(
        self, first: Sequence[QWidget], second: Sequence[QWidget], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("detailCards")
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._box.setSpacing(12)
        for cards in (first, second):
            column = QVBoxLayout()
            column.setSpacing(12)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            self._box.addLayout(column, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._box)
        self._column.addStretch(1)

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        content = content_width(self.width())
        two = self.width() >= _TWO_COLUMNS_FROM * line_height() / _LINE
        ways = QBoxLayout.Direction
        self._box.setDirection(ways.LeftToRight if two else ways.TopToBottom)
        self._column.setContentsMargins(20, 4, 20 + self.width() - content, 12)


_HISTORY_LINES = 6


class AccountPage(QWidget):
    """Everything about one account, and the actions on it.

    Signals:
        back_requested: show the list again (narrow windows).
    """

    back_requested = Signal()

    def __init__(
        self, context: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._actions = actions
        self._account: Account | None = None
        self._events: list[AccountEvent] = []
        self.header = AccountHeader(self)  # before the cards: its first button gets the focus
        self._scroll = self._make_scroll_area()
        self._health = HealthCard()
        self._credentials = CredentialsCard(context, actions)
        self._tokens = OAuth2Card(context, actions)
        self._outdated = Banner(Severity.ATTENTION, "")
        self._outdated.hide()
        self._outdated_places: list[TrackedPlace] = []
        self._places = PlacesCard(context)
        self._annotations = AnnotationsCard(context)
        self._changer = AnnotationChanger(context, self)
        self._information = InformationCard()
        self._history = HistoryCard()
        self._build()
        self._connect()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._build_footer())
        self._fill_scroll_area()

    def _fill_scroll_area(self) -> None:
        """Add the cards to what is in the window already: each later parent styles all anew."""
        viewport = self._scroll.viewport()
        self._scroll.setWidget(CardColumns(self._cards(), self._more_cards(), viewport))

    def _make_scroll_area(self) -> QScrollArea:
        scroll = QScrollArea(self)
        scroll.setObjectName("detailScroll")
        scroll.setAccessibleName("Account details")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        return scroll

    def _cards(self) -> tuple[QWidget, ...]:
        return (self._outdated, self._health, self._credentials, self._annotations, self._tokens)

    def _more_cards(self) -> tuple[QWidget, ...]:
        """Return the cards of the second column, or those below the others."""
        return (self._places, self._information, self._history)

    def _build_footer(self) -> QWidget:
        footer = QWidget()
        footer.setObjectName("detailFoot")
        footer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._again = secondary_button("Sign in again")
        self._revoke = quiet_danger_button("Revoke at X…")
        self._remove = quiet_button("Remove…")
        self._footer_row = row = QHBoxLayout(footer)
        row.setSpacing(8)
        row.addWidget(self._again)
        row.addStretch(1)
        row.addWidget(self._revoke)
        row.addWidget(self._remove)
        return footer

    def _connect(self) -> None:
        self.header.back_requested.connect(self.back_requested)
        self.header.favourite_requested.connect(self._set_favourite)
        self.header.export_requested.connect(self._export)
        self.header.menu_requested.connect(self._open_menu)
        self._health.fix_requested.connect(self._fix)
        self._again.clicked.connect(self._sign_in_again)
        self._revoke.clicked.connect(self._revoke_account)
        self._remove.clicked.connect(self._remove_account)
        for card in (self._credentials, self._tokens):
            card.used.connect(self._read_history)
            card.used.connect(self._places.read)
        self._history.copy_requested.connect(self._copy_history)
        self._places.found.connect(self._show_outdated)
        self._outdated.pressed.connect(lambda: self._places.update_places(self._outdated_places))
        self._tokens.sign_in_requested.connect(self._sign_in_with_oauth2)
        OpenVaultEnabler(
            self._context.vault, self.header.export, self._again, self._revoke, self._remove
        )
        self._context.vault.changed.connect(self._show_vault)
        self._context.ticker.ticked.connect(self._show_times)

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        spare = self.width() - content_width(self.width())
        self.header.set_spare(spare)
        self._footer_row.setContentsMargins(20, 12, 8 + spare, 12)

    # -- content -----------------------------------------------------------------------------------

    def show_account(self, account: Account) -> None:
        """Show this account as the snapshot has it."""
        if self._account is None or self._account.id != account.id:
            self._events = []
            self._show_outdated([])
        self._account = account
        self.header.show_account(account, self._context.snapshots.current)
        self._credentials.show_account(account)
        self._annotations.show_account(account)
        self._show_times()
        self._read_history()
        self._places.show_account(account.id)
        self._show_vault()

    def _show_outdated(self, places: list[TrackedPlace]) -> None:
        """Say which places still have the old credentials, and offer to update them."""
        self._outdated_places = places
        title, _, named = describe_outdated(places).partition(": ")
        self._outdated.set_texts(title, named, "Update")
        self._outdated.setVisible(bool(places))

    def _show_times(self) -> None:
        """Update every text that depends on the current time."""
        account, now = self._account, self._context.now()
        if account is None:
            return
        snapshot = self._context.snapshots.current
        app = snapshot.apps.get(account.app_id)
        checking = account.id in self._actions.checks.running_account_ids
        cost = self._actions.checks.cost_of([account.id])
        self._health.show_account(account, now, cost.summary, checking=checking)
        self._tokens.show_account(account, snapshot.tokens.get(account.id), now)
        host = app.hosts.api if app and not app.hosts.is_x else ""
        self._information.show_account(account, snapshot.label_of(account.app_id), host, now)
        self._places.show_times()
        if self._events:  # the last account's rows stay until this one's are read
            self._history.show_events(self._events, now)

    def _read_history(self) -> None:
        account = self._account
        if account is None:
            return

        def work(_job: Job) -> list[AccountEvent]:
            return self._context.services.store.events.latest(account.id, _HISTORY_LINES)

        def done(events: list[AccountEvent]) -> None:
            if self._account is not None and self._account.id == account.id:
                self._events = events
                self._history.show_events(events, self._context.now())

        self._context.run_in_store(self, work, done)

    def hide_values(self) -> None:
        """Mask every shown value."""
        self._credentials.hide_values()
        self._tokens.hide_values()

    def _show_vault(self) -> None:
        self._health.set_check_possible(possible=self._context.vault.is_open)

    @override
    def event(self, event: QEvent) -> bool:
        # Qt sends ActivationChange to the window alone, but this event to its children, too.
        if event.type() == QEvent.Type.WindowDeactivate:
            self.hide_values()
        return super().event(event)

    # -- actions -----------------------------------------------------------------------------------

    def _export(self) -> None:
        if self._account is not None:
            self._context.window.open_export([self._account.id])

    def _open_menu(self, place: QPoint) -> None:
        account = self._account
        if account is not None:
            title = f"Actions on {account.at_handle}"
            open_action_menu(self.header, title, self._actions.offers([account]), place)

    def _set_favourite(self, is_favourite: bool) -> None:  # noqa: FBT001 - a slot
        if self._account is not None:
            self._changer.set_favourite(
                [self._account], is_favourite=is_favourite, on_failed=self._on_favourite_failed
            )

    def _on_favourite_failed(self, diagnosis: Diagnosis) -> None:
        if self._account is not None:
            self.header.show_account(self._account, self._context.snapshots.current)
        self._context.window.show_problem(diagnosis)

    def _copy_history(self, lines: str) -> None:
        self._context.clipboard.copy_plain(lines)
        self._context.window.show_status("Copied the history")

    def show_places(self) -> None:
        """Scroll to the places of the credentials."""
        scroll_into_view(self._places)

    def _fix(self, fix: HealthFix) -> None:
        account = self._account
        if account is None:
            return
        if fix is HealthFix.CHECK:
            self._actions.checks.check([account.id])
        elif fix is HealthFix.SIGN_IN:
            self._context.window.sign_in_again(account.id)
        elif fix is HealthFix.OPEN_X:
            app = self._context.snapshots.current.apps.get(account.app_id)
            elsewhere = app is not None and not app.hosts.is_x
            address = app.hosts.page if app is not None and elsewhere else X_PAGE_URL
            self._context.window.open_address(address)
        else:
            from twauth_gui.gui.apps.app_check_dialog import open_app_check  # noqa: PLC0415 - rare

            open_app_check(self._context, account.app_id)

    def _sign_in_again(self) -> None:
        if self._account is not None:
            self._context.window.sign_in_again(self._account.id)

    def _sign_in_with_oauth2(self) -> None:
        if self._account is not None:
            self._context.window.sign_in_again(self._account.id, CredentialKind.OAUTH2)

    def _revoke_account(self) -> None:
        if self._account is not None:
            self._actions.removals.revoke([self._account])

    def _remove_account(self) -> None:
        if self._account is not None:
            self._actions.removals.remove([self._account])

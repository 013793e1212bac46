"""The page of several selected accounts: their health, and what can be done with all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.health import Health, Severity
from twauth_gui.gui.account_actions import AccountAction, AccountActions
from twauth_gui.gui.action_menu import ActionOffer
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.accessibility import FocusRing, click_on_enter
from twauth_gui.gui.parts.badges import HealthMark
from twauth_gui.gui.parts.buttons import (
    ButtonSize,
    IconButton,
    primary_button,
    quiet_button,
    quiet_danger_button,
    secondary_button,
)
from twauth_gui.gui.parts.surfaces import Card, make_pane_header
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_CONTROL,
    TextStyle,
    scale_control_height,
    text_font,
)
from twauth_gui.gui.theme.shapes import paint_rounded

_CARDS_WIDTH = 720
_NAMED = 20  # handles in the header, which cuts them where its room ends
_PADDING, _ICON, _GAP = 16, 16, 12


class ActionRow(QAbstractButton):
    """An action as a line: icon, label, and its keys or why it cannot be done at the far end."""

    def __init__(self) -> None:
        super().__init__()
        self._icon, self._tail = "", ""
        self._says_why_not = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._ring = FocusRing(self, RADIUS_CONTROL)
        self._offer: ActionOffer | None = None
        self.clicked.connect(self._run)

    def show_offer(self, offer: ActionOffer) -> None:
        """Show this offer; a click runs it."""
        self._offer = offer
        self._icon = offer.icon
        keys = QKeySequence(offer.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        self._tail = offer.why_not or keys
        self._says_why_not = bool(offer.why_not)
        self.setText(offer.short_label)
        self.setAccessibleDescription(offer.why_not)
        self.setEnabled(offer.is_enabled)
        self.setToolTip(offer.why_not)
        self.update()

    def _run(self) -> None:
        if self._offer is not None:
            _ = self._offer.run()

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, scale_control_height(36))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if not click_on_enter(self, event):
            super().keyPressEvent(event)

    @override
    def enterEvent(self, event: QEnterEvent, /) -> None:
        self.update()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent, /) -> None:
        self.update()
        super().leaveEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look, painter = look_of(self), QPainter(self)
        on = self.isEnabled()
        if on and (self.underMouse() or self.isDown()):
            inner = self.rect().adjusted(4, 0, -4, 0)
            fill = look.colour("pressed" if self.isDown() else "hover")
            paint_rounded(painter, inner, RADIUS_CONTROL, fill)
        icon = look.pixmap(
            self._icon, "text-2" if on else "text-off", _ICON, dpr=self.devicePixelRatioF()
        )
        painter.drawPixmap(_PADDING, (self.height() - _ICON) // 2, icon)
        left = _PADDING + _ICON + _GAP
        painter.setFont(text_font(TextStyle.BODY))
        painter.setPen(look.colour("text" if on else "text-off"))
        width = painter.fontMetrics().horizontalAdvance(self.text())
        line = QRect(left, 0, self.width() - left - _PADDING, self.height())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        painter.setFont(text_font(TextStyle.SMALL))
        painter.setPen(look.colour("text-3" if on or self._says_why_not else "text-off"))
        room = line.adjusted(width + _GAP, 0, 0, 0)
        tail = painter.fontMetrics().elidedText(
            self._tail, Qt.TextElideMode.ElideRight, max(0, room.width())
        )
        end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(room, int(end), tail)


class MultiSelectionPage(QWidget):
    """How the selected accounts are, and the actions on all of them."""

    def __init__(self, context: AppContext, actions: AccountActions) -> None:
        super().__init__()
        self._context, self._actions = context, actions
        self._accounts: list[Account] = []
        self._title = ElidedLabel("", style=TextStyle.HEADING, strong=True)
        self._names = ElidedLabel("", style=TextStyle.SMALL, role="text-2")
        self.back = IconButton("arrow-left", "Back to the list", side=32)
        self._mark = HealthMark(Severity.UNKNOWN, 16)
        self._health = Text("", strong=True, wrap=True)
        self._cost = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        self._buttons = {
            AccountAction.EXPORT: primary_button("Export…", "upload"),
            AccountAction.CHECK: secondary_button("Check now", size=ButtonSize.SMALL),
            AccountAction.REVOKE: quiet_danger_button("Revoke at X…"),
            AccountAction.REMOVE: quiet_button("Remove…"),
        }
        self._rows: dict[str, ActionRow] = {}
        self._card = Card()
        self._build()
        for action, button in self._buttons.items():
            button.clicked.connect(lambda _on=False, one=action: self._perform(one))
        context.vault.changed.connect(self._show_offers)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        export = self._buttons[AccountAction.EXPORT]
        column.addWidget(make_pane_header(self._title, self._names, [self.back], [export]))
        column.addWidget(self._build_scroll_area(), 1)
        column.addWidget(self._build_footer())

    def _build_scroll_area(self) -> QScrollArea:
        self._card.body.setContentsMargins(0, 4, 0, 4)
        cards = QWidget()
        cards.setObjectName("detailCards")
        cards.setMaximumWidth(_CARDS_WIDTH)
        stack = QVBoxLayout(cards)
        stack.setContentsMargins(20, 4, 20, 12)
        stack.setSpacing(12)
        stack.addWidget(self._build_health_card())
        stack.addWidget(self._card)
        stack.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("detailScroll")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(cards)
        return scroll

    def _build_health_card(self) -> Card:
        card = Card()
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._health)
        texts.addWidget(self._cost)
        row = QHBoxLayout()
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addLayout(texts, 1)
        row.addWidget(self._buttons[AccountAction.CHECK])
        card.body.addLayout(row)
        return card

    def _build_footer(self) -> QWidget:
        footer = QWidget()
        footer.setObjectName("detailFoot")
        footer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(footer)
        row.setContentsMargins(20, 12, 8, 12)
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self._buttons[AccountAction.REVOKE])
        row.addWidget(self._buttons[AccountAction.REMOVE])
        return footer

    def show_accounts(self, accounts: Sequence[Account]) -> None:
        """Show these accounts."""
        self._accounts = list(accounts)
        self._title.setText(f"{len(accounts):,} accounts selected")
        self._names.setText(", ".join(one.at_handle for one in accounts[:_NAMED]))
        healths = [one.health for one in accounts]
        self._health.setText(_describe_healths(healths))
        self._mark.set_severity(_worst(healths))
        cost = self._actions.checks.cost_of([one.id for one in accounts]).summary
        self._cost.setText(cost)
        self._cost.setVisible(bool(cost))
        self._show_offers()

    def _show_offers(self) -> None:
        """Bring buttons up to date; those with a place of their own are not in the card."""
        own = {action.value: button for action, button in self._buttons.items()}
        for offer in self._actions.offers(self._accounts):
            if offer.id in own:
                own[offer.id].setEnabled(offer.is_enabled)
                own[offer.id].setToolTip(offer.why_not)
                continue
            if offer.id not in self._rows:
                self._rows[offer.id] = ActionRow()
                self._card.body.addWidget(self._rows[offer.id])
            self._rows[offer.id].show_offer(offer)

    def _perform(self, action: AccountAction) -> None:
        self._actions.perform(action, self._accounts)


def _describe_healths(healths: Sequence[Health]) -> str:
    """Return for example "9 working, 2 need attention, 1 not known"."""
    attention = sum(one.needs_attention for one in healths)
    working = sum(one.severity is Severity.OK for one in healths)
    parts = (
        (working, "working"),
        (attention, "needs attention" if attention == 1 else "need attention"),
        (len(healths) - working - attention, "not known yet"),
    )
    return ", ".join(f"{count:,} {words}" for count, words in parts if count)


def _worst(healths: Sequence[Health]) -> Severity:
    """Return the severity that most needs a person."""
    found = {one.severity for one in healths}
    order = (Severity.BROKEN, Severity.ATTENTION, Severity.UNKNOWN, Severity.OK)
    return next((one for one in order if one in found), Severity.UNKNOWN)

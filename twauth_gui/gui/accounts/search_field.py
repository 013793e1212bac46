"""The search above the account list: a field, and the filters that were typed into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QRect,
    QSize,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QCompleter, QListView, QWidget
from typing_extensions import override

from twauth_gui.gui.accounts.account_query import (
    AccountQuery,
    QueryOperator,
    QueryTerm,
    find_unfinished,
    list_values,
    make_exact_term,
    parse_query,
    take_complete_terms,
)
from twauth_gui.gui.accounts.account_row import AccountRow
from twauth_gui.gui.parts.accessibility import FocusRing, announce, click_on_enter
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_button
from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_BADGE,
    M,
    S,
    TextStyle,
    scale_control_height,
    text_font,
)
from twauth_gui.gui.theme.shapes import paint_rounded

_Key = Qt.Key
_LIST_KEYS = {_Key.Key_Up, _Key.Key_Down, _Key.Key_PageUp, _Key.Key_PageDown}
_ENTER_KEYS = {_Key.Key_Return, _Key.Key_Enter}
_VALUES_SHOWN = 12
# While values are offered, these choose among them.
_CHOICE_KEYS = {*_ENTER_KEYS, _Key.Key_Escape, _Key.Key_Tab, _Key.Key_Backtab, *_LIST_KEYS}


class SearchField(LineField):
    """The field in which the list is searched; complete operators leave it and become filters.

    Up, Down and Page keys go to the list, whose selection moves while the field keeps the focus.

    Args:
        view: the list.
        rows: returns the rows whose apps and tags are offered as values.

    Signals:
        query_changed: words or filters changed.
        opened: Enter was pressed.
        left: Escape was pressed with nothing to clear.
    """

    query_changed = Signal()
    opened = Signal()
    left = Signal()

    def __init__(self, view: QWidget, rows: Callable[[], Sequence[AccountRow]]) -> None:
        super().__init__("Search", is_search=True, icon="search", hint="Ctrl F")
        self.setAccessibleName("Search accounts")
        self.setAccessibleDescription(
            "Filters: app:, tag:, is:, access:. Up and Down move in the list."
        )
        self.setClearButtonEnabled(True)
        self._view = view
        self._rows = rows
        self._terms: tuple[QueryTerm, ...] = ()
        self._offered: tuple[object, QueryOperator | None, list[str]] = (None, None, [])
        self._values = QStringListModel(self)
        self._completer = QCompleter(self._values, self)
        self._completer.setWidget(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._popup = QListView()
        self._completer.setPopup(self._popup)
        self._completer.setMaxVisibleItems(_VALUES_SHOWN)
        self._popup.setObjectName("suggestions")
        self._popup.setAccessibleName("Values")
        self._completer.activated.connect(self._take_value)
        self._popup.selectionModel().currentChanged.connect(self._announce_value)
        self.textChanged.connect(self._on_text_changed)
        self.textEdited.connect(self._offer_values)

    @property
    def query(self) -> AccountQuery:
        """What is asked for: the filters, with what the text says."""
        return AccountQuery(terms=self._terms).joined_with(parse_query(self.text()))

    @property
    def terms(self) -> tuple[QueryTerm, ...]:
        """The filters, which are not in the text any more."""
        return self._terms

    def add_term(self, term: QueryTerm) -> None:
        self._set_terms((*self._terms, term))

    def remove_term(self, term: QueryTerm) -> None:
        self._set_terms(tuple(one for one in self._terms if one != term))

    def clear_query(self) -> None:
        """Remove words and filters."""
        self._terms = ()
        self.clear()
        self.query_changed.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        key = event.key()
        if self._popup.isVisible() and key in _CHOICE_KEYS:
            event.ignore()
        elif key in _LIST_KEYS:
            QCoreApplication.sendEvent(self._view, event)
        elif key in _ENTER_KEYS:
            self.opened.emit()
        elif key == _Key.Key_Escape and self.query:
            self.clear_query()
        elif key == _Key.Key_Escape:
            self.left.emit()
        elif key == _Key.Key_Backspace and self._terms and not self.text():
            self._set_terms(self._terms[:-1])
        else:
            super().keyPressEvent(event)

    def _set_terms(self, terms: tuple[QueryTerm, ...]) -> None:
        terms = tuple(dict.fromkeys(terms))
        if terms != self._terms:
            self._terms = terms
            self.query_changed.emit()

    def _on_text_changed(self, text: str) -> None:
        cursor = self.cursorPosition()
        taken, rest = take_complete_terms(text, cursor)
        if taken:
            self._terms = tuple(dict.fromkeys((*self._terms, *taken)))
            self.setText(rest)  # which comes back here
            self.setCursorPosition(max(0, cursor - (len(text) - len(rest))))
        else:
            self.query_changed.emit()

    # -- values to choose from ---------------------------------------------------------------------

    def _offer_values(self) -> None:
        """Offer what the operator at the cursor can have, while it is typed."""
        part = find_unfinished(self.text()[: self.cursorPosition()])
        values: list[str] = []
        if part is not None:
            operator, typed, _start = part
            values = [v for v in self._values_of(operator) if v.casefold().startswith(typed)]
            values = [] if values == [typed] else values
        if not values:
            self._popup.hide()
            return
        self._values.setStringList(values)
        self._completer.complete(QRect(0, 0, min(self.width(), 240), self.height()))
        self._popup.setCurrentIndex(self._completer.completionModel().index(0, 0))

    def _announce_value(self, current: QModelIndex) -> None:
        """Have a screen reader say a value: the field keeps the focus while they are offered."""
        if current.isValid():
            place, count = current.row() + 1, self._values.rowCount()
            announce(self, f"{current.data()}, {place} of {count}")

    def _values_of(self, operator: QueryOperator) -> list[str]:
        rows = self._rows()
        if self._offered[0] is not rows or self._offered[1] is not operator:
            self._offered = (rows, operator, list_values(operator, rows))
        return self._offered[2]

    def _take_value(self, value: str) -> None:
        cursor = self.cursorPosition()
        part = find_unfinished(self.text()[:cursor])
        if part is None:
            return
        operator, _typed, start = part
        text = self.text()
        self._terms = tuple(dict.fromkeys((*self._terms, make_exact_term(operator, value))))
        self.setText(text[:start] + text[cursor:].lstrip())
        self.setCursorPosition(start)


_CROSS = 12


class FilterChip(QAbstractButton):
    """A filter, removed by pressing it."""

    def __init__(self, term: QueryTerm) -> None:
        super().__init__()
        self.setText(str(term))
        self.setAccessibleName(f"Remove the filter {term}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._ring = FocusRing(self, RADIUS_BADGE)

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in {_Key.Key_Delete, _Key.Key_Backspace}:
            self.click()
        elif not click_on_enter(self, event):
            super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(text_font(TextStyle.SMALL))
        width = metrics.horizontalAdvance(self.text()) + 3 * S + _CROSS + 2
        return QSize(width, scale_control_height(24))

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = look_of(self)
        painter = QPainter(self)
        role = "pressed" if self.isDown() else "hover-side" if self.underMouse() else "inset"
        line = look.colour("line-strong") if look.is_high_contrast else None
        paint_rounded(painter, self.rect(), RADIUS_BADGE, look.colour(role), line=line)
        painter.setFont(text_font(TextStyle.SMALL))
        painter.setPen(look.colour("text-2"))
        room = self.rect().adjusted(S, 0, -2 * S - _CROSS, 0)
        shown = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, room.width()
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
        cross = look.pixmap("x", "text-2", _CROSS, dpr=self.devicePixelRatioF())
        painter.drawPixmap(room.right() + S, (self.height() - _CROSS) // 2, cross)


class FilterBar(QWidget):
    """The filters of a search, one after the other, in as many lines as they need.

    Signals:
        save_requested: the search is to become a section of the sidebar.
    """

    save_requested = Signal()

    def __init__(self, field: SearchField) -> None:
        super().__init__()
        self._field = field
        self._terms: tuple[QueryTerm, ...] = ()
        self._chips: list[FilterChip] = []
        self._save = quiet_button("Save filter…", size=ButtonSize.TINY)
        self._save.setParent(self)
        self._save.clicked.connect(self.save_requested)
        field.query_changed.connect(self._show_terms)
        self.hide()

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._arrange()

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange}:
            self._arrange()

    def _show_terms(self) -> None:
        terms = self._field.terms
        if terms == self._terms:
            return
        place = next((i for i, chip in enumerate(self._chips) if chip.hasFocus()), None)
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._terms = terms
        self._chips = [self._make_chip(term) for term in terms]
        self._save.raise_()  # to the end of the children, the order in which Tab reaches them
        self._arrange()
        self.setVisible(bool(terms))
        if place is not None:  # the next key removes the next filter, or goes on with the search
            stops: list[QWidget] = [*self._chips, self._field] if terms else [self._field]
            stops[min(place, len(stops) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_chip(self, term: QueryTerm) -> FilterChip:
        chip = FilterChip(term)
        chip.setParent(self)
        chip.clicked.connect(lambda: self._field.remove_term(term))
        chip.show()
        return chip

    def _arrange(self) -> None:
        """Put the chips and the button beside and below each other."""
        left, right = _EDGE, self.width() - _EDGE
        x, y, height = left, 0, 0
        for part in (*self._chips, self._save):
            hint = part.sizeHint()
            width = min(hint.width(), max(0, right - left))
            if x > left and x + width > right:
                x, y = left, y + height + _GAP
            height = hint.height()
            part.setGeometry(x, y, width, height)
            x += width + _GAP
        self.setFixedHeight(y + height + _GAP)


_EDGE = M + S
_GAP = 6

"""Help for keyboard and screen reader: focus ring, Tab order, focus, headings, announcements."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleInterface,
    QAccessibleObject,
    QAction,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QWindow,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QFocusFrame,
    QLabel,
    QLayout,
    QMenu,
    QMenuBar,
    QProxyStyle,
    QScrollArea,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from twauth_gui.domain.callbacks import ignore
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.shapes import paint_outline

_GAP = 2
_LINE = 2
_POINTER_REASONS = {
    Qt.FocusReason.MouseFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
}


class _RingFrameStyle(QProxyStyle):
    """Places the frame above the widget, with a gap around it."""

    @override
    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
        /,
    ) -> int:
        # Above its widget the frame is a child of the window, so that no container clips it.
        if hint is QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returnData)

    @override
    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        /,
    ) -> int:
        margins = {
            QStyle.PixelMetric.PM_FocusFrameHMargin,
            QStyle.PixelMetric.PM_FocusFrameVMargin,
        }
        return _GAP + _LINE if metric in margins else super().pixelMetric(metric, option, widget)


class _RingFrame(QFocusFrame):
    def __init__(self, widget: QWidget, radius: int) -> None:
        super().__init__(widget)
        self._radius = radius
        self._own_style = _RingFrameStyle("Fusion")
        self._own_style.setParent(self)
        self.setStyle(self._own_style)
        self.setWidget(widget)
        # PySide now counts the widget as a child of the frame, which is a child of the widget: a
        # cycle that Python would collect. Qt's parent stays the same, so this only corrects
        # PySide's record of the widget's owner.
        widget.setParent(widget.parentWidget())

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        radius = self._radius + _GAP + _LINE
        paint_outline(
            painter, self.rect(), radius, look_of(self).colour("accent-text"), width=_LINE
        )


class FocusRing(QObject):
    """Shows a ring while its widget has the focus, unless the pointer gave it."""

    def __init__(self, widget: QWidget, radius: int = 6) -> None:
        super().__init__(widget)
        self._widget = widget
        self._radius = radius
        self._frame: _RingFrame | None = None
        widget.installEventFilter(self)

    def is_shown(self) -> bool:
        return self._frame is not None

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if isinstance(event, QFocusEvent):
            if event.type() is QEvent.Type.FocusOut:
                self._hide()
            elif event.type() is QEvent.Type.FocusIn and event.reason() not in _POINTER_REASONS:
                self._show()
        elif event.type() is QEvent.Type.KeyPress and self._widget.hasFocus():
            self._show()
        elif event.type() is QEvent.Type.StyleChange and self._frame is not None:
            self._frame.show()  # which Qt hides, as when the theme changes
        return False

    def _show(self) -> None:
        if self._frame is None:
            self._frame = _RingFrame(self._widget, self._radius)

    def _hide(self) -> None:
        if self._frame is not None:
            self._frame.setWidget(None)  # type: ignore[arg-type]  # Qt takes null here
            self._frame.deleteLater()
            self._frame = None


_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


def click_on_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Click and return True if the event is Enter; a dialog would press its default button."""
    if event.key() not in _KEYS or event.isAutoRepeat():
        return False
    event.accept()
    button.click()
    return True


def claim_key(event: QEvent, key: Qt.Key) -> bool:
    """Accept and return True if the event asks whether the key is for the widget in focus.

    Otherwise a shortcut of the window gets it.
    """
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.key() != key:
        return False
    event.accept()
    return True


@contextmanager
def preserve_focus(
    pane: QWidget, fallback: Callable[[], None], *, is_same_subject: bool = True
) -> Generator[None]:
    """Keep the focus on the widget with the same action while a pane is built again.

    Qt moves the focus of a part that is hidden or deleted to the next one, so the next key could
    start an unwanted action. fallback focuses a place where no single key does anything; it is
    called if no widget of the pane has the same action any more, or if the pane shows another
    subject.
    """
    before = QApplication.focusWidget()
    if before is None or not pane.isAncestorOf(before):
        yield
        return
    action = _action_name(before)
    yield
    if is_same_subject and isValid(before) and _can_take_focus(before):
        if not before.hasFocus():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        return
    same = [one for one in pane.findChildren(QAbstractButton) if _action_name(one) == action]
    target = next((one for one in same if is_same_subject and _can_take_focus(one)), None)
    if target is not None:
        target.setFocus(Qt.FocusReason.OtherFocusReason)
    else:
        fallback()


def _action_name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def _can_take_focus(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled()


def list_tab_stops(pane: QWidget) -> list[QWidget]:
    """Return what Tab reaches in a pane, in reading order, which is that of the layouts."""
    return [one for one in _walk_widgets(pane) if _is_tab_stop(one)]


def _is_tab_stop(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and not widget.focusProxy()


def _walk_widgets(widget: QWidget) -> Iterator[QWidget]:
    """Yield the usable widgets below a widget; those in no layout come last."""
    for child in _list_children(widget):
        if child.isVisible() and child.isEnabled():
            yield child
            yield from _walk_widgets(child)


def _list_children(widget: QWidget) -> list[QWidget]:
    if isinstance(widget, QScrollArea):
        content = widget.widget()
        return [] if content is None else [content]
    if isinstance(widget, QAbstractScrollArea):  # a list, a table, a field of several lines
        return []
    layout = widget.layout()
    laid_out = [] if layout is None else list(_walk_layout(layout))
    # Not children(): that makes Python objects, and even classes, for whatever else there is.
    every = widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [*laid_out, *(one for one in every if one not in laid_out and not one.isWindow())]


def _walk_layout(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            yield widget
        elif (inner := item.layout()) is not None:
            yield from _walk_layout(inner)


def move_focus(pane: QWidget, *, onward: bool) -> bool:
    """Focus the next or previous Tab stop of a pane, round its ends; return False if it has none.

    Qt's own order is that of creation, in which a part that was built again comes last.
    """
    stops = list_tab_stops(pane)
    if not stops:
        return False
    current = next((number for number, one in enumerate(stops) if one.hasFocus()), None)
    if current is None:
        current = -1 if onward else 0
    target = stops[(current + (1 if onward else -1)) % len(stops)]
    reason = Qt.FocusReason.TabFocusReason if onward else Qt.FocusReason.BacktabFocusReason
    target.setFocus(reason)
    _scroll_now(target)
    return True


def scroll_into_view(part: QWidget) -> None:
    """Scroll the areas around a part until it is visible, once it has been laid out."""
    QTimer.singleShot(0, part, lambda: _scroll_now(part))


def _scroll_now(part: QWidget) -> None:
    # What has grown asks for a layout first, each part the one around it, up to the area.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    parent = part.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(part)
        parent = parent.parentWidget()


class PopupMenu(QMenu):
    """A menu that is deleted once it is closed, and is in the accessibility tree until then.

    Qt lists menus below a menu bar alone, so one without any size holds it while it is open.
    title: what it is about, for screen readers.
    """

    def __init__(self, parent: QWidget, title: str) -> None:
        self._look = look_of(parent)  # its parent may leave the window while it is open
        self._icons: list[tuple[QAction, str]] = []
        super().__init__(title.replace("&", "&&"), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(title)
        bar = QMenuBar(parent.window())
        bar.setNativeMenuBar(False)
        bar.setFixedSize(0, 0)
        bar.addAction(self.menuAction())
        bar.show()
        self.destroyed.connect(bar.deleteLater)
        self.triggered.connect(self.close)  # a screen reader triggers the action itself

    def add_action(self, icon: str, label: str) -> QAction:
        """Add an action with an icon that follows the theme."""
        action = self.addAction(self._look.icon(icon), label)
        self._icons.append((action, icon))
        return action

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            for action, icon in self._icons:
                action.setIcon(self._look.icon(icon))


class _HeadingInterface(QAccessibleObject):
    """A label as a heading. Qt asks only while the label exists."""

    @override
    def role(self, /) -> QAccessible.Role:
        return QAccessible.Role.Heading

    @override
    def text(self, t: QAccessible.Text, /) -> str:
        if t is QAccessible.Text.Name:
            return self._label().accessibleName() or self._label().text()
        return self._label().accessibleDescription() if t is QAccessible.Text.Description else ""

    @override
    def state(self, /) -> QAccessible.State:
        state = QAccessible.State()
        state.readOnly = True
        state.invisible = not self._label().isVisible()
        state.disabled = not self._label().isEnabled()
        return state

    @override
    def rect(self, /) -> QRect:
        return QRect(self._label().mapToGlobal(QPoint()), self._label().size())

    @override
    def parent(self, /) -> QAccessibleInterface:
        # Of nothing Qt returns null, which is what a label without a parent has for one.
        return QAccessible.queryAccessibleInterface(cast("QWidget", self._label().parentWidget()))

    @override
    def window(self, /) -> QWindow:
        return self._label().window().windowHandle()

    @override
    def childCount(self, /) -> int:
        return 0

    @override
    def child(self, index: int, /) -> QAccessibleInterface:
        return cast("QAccessibleInterface", None)  # Qt takes null here

    @override
    def indexOfChild(self, arg__1: QAccessibleInterface, /) -> int:
        return -1

    def _label(self) -> QLabel:
        return cast("QLabel", self.object())


def make_heading(label: QLabel) -> None:
    """Have a screen reader present a label as a heading, which it can jump to.

    This lasts until a signal is connected with a method of the label itself: PySide then gives the
    label another meta-object, for which Qt makes an interface of its own.
    """
    interface = _HeadingInterface(label)
    QAccessible.registerAccessibleInterface(interface)
    # Qt deletes the interface when the label is destroyed; until then Python must not.
    label.destroyed.connect(partial(ignore, interface))


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say a text without moving the focus."""
    if text and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))

"""What can be done with something that is selected, and the menu that offers it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from twauth_gui.gui.parts.accessibility import PopupMenu
from twauth_gui.gui.parts.text import escape_tooltip


@dataclass(frozen=True, slots=True)
class ActionOffer:
    """One action, as menus, pages and the palette offer it.

    label: names how many things it acts on. short_label: does not, for pages that say it already.
    why_not: one sentence on why it cannot be done now; "" if it can. group: a menu has a line
    between two groups.
    """

    id: str
    label: str
    short_label: str
    icon: str
    run: Callable[[], object]
    shortcut: str = ""
    why_not: str = ""
    group: int = 0

    @property
    def is_enabled(self) -> bool:
        return not self.why_not


def open_action_menu(
    owner: QWidget, title: str, offers: Sequence[ActionOffer], place: QPoint
) -> None:
    """Open a menu with these actions.

    Args:
        owner: the widget that gets the focus back.
        title: what the actions are about, for screen readers.
        offers: in the order of the menu.
        place: of its corner, on the screen.
    """
    menu = PopupMenu(owner, title)
    menu.setToolTipsVisible(True)
    group = offers[0].group if offers else 0
    for offer in offers:
        if offer.group != group:
            menu.addSeparator()
        group = offer.group
        action = menu.add_action(offer.icon, offer.label.replace("&", "&&"))
        action.setShortcut(QKeySequence(offer.shortcut))
        action.setShortcutVisibleInContextMenu(True)
        action.setEnabled(offer.is_enabled)
        action.setToolTip(escape_tooltip(offer.why_not))
        action.triggered.connect(partial(_run_offer, offer))
    menu.setActiveAction(next((one for one in menu.actions() if one.isEnabled()), None))  # type: ignore[arg-type]  # Qt takes null here
    menu.popup(place)


def _run_offer(offer: ActionOffer, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
    _ = offer.run()


def request_menu() -> None:
    """Ask the widget in focus for its menu, as the Menu key does; Qt leaves out Shift+F10."""
    widget = QApplication.focusWidget()
    if widget is not None:
        place, reason = widget.rect().center(), QContextMenuEvent.Reason.Keyboard
        event = QContextMenuEvent(reason, place, widget.mapToGlobal(place))
        QApplication.sendEvent(widget, event)


def menu_place(owner: QWidget, event: QContextMenuEvent) -> QPoint:
    """Return where a menu opens: at the pointer, or below the widget if a key asks for it."""
    if event.reason() is QContextMenuEvent.Reason.Mouse:
        return event.globalPos()
    return owner.mapToGlobal(QPoint(0, owner.height()))

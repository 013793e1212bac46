"""A secret while it is on the screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from typing_extensions import override

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.focus_ring import FocusRing
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import RADIUS_BADGE, Type


class ShownValue(Text):
    """Shows a value to whoever looks, and says it to whoever goes there with Tab.

    A screen reader gets it as the description of this Tab stop. No event carries it: they reach
    every program that listens, and may be spoken aloud unasked.
    """

    def __init__(self) -> None:
        super().__init__("", type=Type.MONO, wrap=True)
        self.ring = FocusRing(self, RADIUS_BADGE)

    def show_value(self, name: str, value: Secret) -> None:
        """Show it until forget(). name: what is spoken of it."""
        text = value.reveal()
        # Qt tells of a text that changes only where there is no name, and of a tooltip never.
        self.setAccessibleName(f"{name}, shown")
        self.setText(_breakable(text))
        self.setToolTip(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def forget(self) -> None:
        """Show it no longer."""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip("")
        self.setText("")

    @override
    def event(self, event: QEvent, /) -> bool:
        # The description stands in the tooltip, which has nothing to show beside the value.
        return True if event.type() is QEvent.Type.ToolTip else super().event(event)


def _breakable(value: str) -> str:
    """Let a long value break wherever the line ends.

    It is for reading only: whoever selected it would copy the invisible places to break along.
    """
    return "\u200b".join(value)

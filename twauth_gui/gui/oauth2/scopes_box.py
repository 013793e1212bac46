"""The scopes of a sign-in with OAuth 2.0, each with what it is for; folded away at first."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.scopes import NEEDED, SCOPES, USUAL, Scope, ScopeGroup
from twauth_gui.gui.parts.bending_row import ResponsiveRow
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.disclosure import Disclosure
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import Type

_TITLES = {
    ScopeGroup.BASIC: "Basic",
    ScopeGroup.POSTS: "Posts",
    ScopeGroup.PEOPLE: "People",
    ScopeGroup.MESSAGES: "Direct messages",
    ScopeGroup.LISTS: "Lists",
    ScopeGroup.MEDIA: "Media",
}


class ScopesBox(Disclosure):
    """Says in a line what is chosen; opened, it lists everything."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Scopes", parent)
        self.beginning: QWidget = self  # what is to be seen of the list when it opens
        self._boxes = {scope.name: _box(scope) for scope in SCOPES}
        self._summary = Text("", type=Type.SMALL, role="text-2", wrap=True)
        for box in self._boxes.values():
            box.toggled.connect(self._show_words)
        self.put_beside(self._summary, 1)
        self.put_below(self._build_list())
        self._show_words()

    def _build_list(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for place, (group, title) in enumerate(_TITLES.items()):
            if place:
                column.addSpacing(8)
            column.addWidget(Text(title, type=Type.SMALL, strong=True))
            for scope in SCOPES:
                if scope.group is group:
                    line = _line(scope, self._boxes[scope.name])
                    column.addWidget(line)
                    self.beginning = self.beginning if place > 1 else line
        return holder

    def scopes(self) -> tuple[str, ...]:
        """Give what is chosen, in the order of the list."""
        return tuple(name for name, box in self._boxes.items() if box.isChecked())

    def _show_words(self) -> None:
        self._summary.setText(_summary(self.scopes()))


def _box(scope: Scope) -> CheckBox:
    box = CheckBox(scope.words)
    box.setChecked(scope.name in USUAL)
    box.setAccessibleName(f"{scope.words}, {scope.name}")
    if scope.name in NEEDED:
        box.setEnabled(False)
        box.setToolTip("Always asked for: without it X does not say whose the sign-in is")
    return box


def _line(scope: Scope, box: CheckBox) -> QWidget:
    name = Text(scope.name, type=Type.SMALL, role="text-3")
    return ResponsiveRow(box, name, spacing=0, stretch=(0, 0), apart=True)


def _summary(chosen: tuple[str, ...]) -> str:
    words = "1 scope" if len(chosen) == 1 else f"{len(chosen)} scopes"
    changes = [scope for scope in SCOPES if scope.can_change and scope.name in chosen]
    what = "reads and writes" if changes else "only reads"
    again = "" if "offline.access" in chosen else "; ends after two hours"
    return f"{words}: {what}{again}"

"""The sheet in which the pretend X is broken, to see what happens then."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.buttons import primary_button, quiet_button
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import L, M, S, Type
from twauth_gui.sandbox.faults import FAULTS, GROUPS, Group, SandboxFault

_WHAT = (
    "What is ticked goes wrong from the next call on, as it does at X. Bots that use it see it too."
)
_ELSEWHERE = (
    "The pretend X runs in another program, which holds its faults. Break it on its own page."
)


_BESIDE_BOX = 26  # where the words of a box begin
_ABBREVIATIONS = {
    "json": "JSON",
    "html": "HTML",
    "pin": "PIN",
    "id": "ID",
    "v1": "version 1.1",
    "oauth1": "OAuth 1.0a",
    "oauth2": "OAuth 2.0",
}


class FaultsSheet(Dialog):
    """A box for each fault of the pretend X that runs here; each counts at once."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__("Break the pretend X", width=DialogWidth.W640)
        self._pretend = desk.services.pretend_x
        self._boxes: dict[str, CheckBox] = {}
        self._standing = Text("", strong=True, wrap=True)
        on = self._pretend.faults
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(L + S, L, L + S, L)
        column.setSpacing(M)
        column.addWidget(Text(_WHAT if on is not None else _ELSEWHERE, role="text-2", wrap=True))
        self._off = quiet_button("Turn all off")
        self._off.clicked.connect(self._turn_all_off)
        if on is not None:
            column.addWidget(self._standing)
            for group in GROUPS:
                column.addWidget(Text(group, strong=True))
                column.addWidget(self._group(group, on))
            self.add_left(self._off)
            self._count()
        self.set_body(body)
        close = primary_button("Close")
        close.clicked.connect(self.dismiss)
        self.add_right(close)
        self.set_default(close)
        self.set_initial_focus(close)

    def _group(self, group: Group, on: tuple[str, ...]) -> Card:
        card = Card()
        for fault in FAULTS:
            if fault.group == group:
                card.add_row(self._row(fault, on=fault.name in on))
        return card

    def _row(self, fault: SandboxFault, *, on: bool) -> QWidget:
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(M, S, M, S)
        column.setSpacing(2)
        box = CheckBox(_title(fault))
        box.setAccessibleDescription(fault.says)
        box.setChecked(on)
        box.toggled.connect(lambda: self._turn(fault.name, on=box.isChecked()))
        self._boxes[fault.name] = box
        column.addWidget(box)
        says = Text(fault.says, type=Type.SMALL, role="text-2", wrap=True)
        says.setContentsMargins(_BESIDE_BOX, 0, 0, 0)
        column.addWidget(says)
        return row

    def _turn(self, name: str, *, on: bool) -> None:
        self._pretend.set_fault(name, on=on)
        self._count()

    def _turn_all_off(self) -> None:
        self._pretend.mend()
        for box in self._boxes.values():
            box.setChecked(False)

    def _count(self) -> None:
        on = sum(box.isChecked() for box in self._boxes.values())
        self._off.setEnabled(bool(on))
        words = {0: "Nothing is wrong with it now.", 1: "1 thing is wrong with it now."}
        self._standing.setText(words.get(on, f"{on} things are wrong with it now."))


def _title(fault: SandboxFault) -> str:
    words = [_ABBREVIATIONS.get(word, word) for word in fault.name.split("-")]
    text = " ".join(words)
    return text[0].upper() + text[1:]

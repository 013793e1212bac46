"""The dialog that switches faults of the sandbox on and off."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import primary_button, quiet_button
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import L, M, S, TextStyle
from twauth_gui.sandbox.faults import FAULT_GROUPS, FAULTS, FaultGroup, SandboxFault

_FAULTS_TEXT = (
    "A fault that is on takes effect with the next call, as it would at X. Bots that use the "
    "pretend X see it too."
)
_RUNS_ELSEWHERE = (
    "The pretend X runs in another program, which holds its faults. Break it on its own page."
)
_ABBREVIATIONS = {
    "json": "JSON",
    "html": "HTML",
    "pin": "PIN",
    "id": "ID",
    "v1": "version 1.1",
    "oauth1": "OAuth 1.0a",
    "oauth2": "OAuth 2.0",
}


class SandboxFaultsDialog(Dialog):
    """A check box for each fault of the sandbox that runs here; each takes effect at once."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Break the pretend X", width=DialogWidth.W640)
        self._sandbox = context.services.sandbox
        self._boxes: dict[str, CheckBox] = {}
        self._summary = Text("", strong=True, wrap=True)
        active = self._sandbox.active_faults
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(L + S, L, L + S, L)
        column.setSpacing(M)
        column.addWidget(
            Text(_FAULTS_TEXT if active is not None else _RUNS_ELSEWHERE, role="text-2", wrap=True)
        )
        self._off = quiet_button("Turn all off")
        self._off.clicked.connect(self._turn_all_off)
        if active is not None:
            column.addWidget(self._summary)
            for group in FAULT_GROUPS:
                column.addWidget(Text(group, strong=True, heading=True))
                column.addWidget(self._build_group(group, active))
            self.add_left(self._off)
            self._update_summary()
        self.set_body(body)
        close = primary_button("Close")
        close.clicked.connect(self.dismiss)
        self.add_right(close)
        self.set_default(close)
        self.set_initial_focus(close)

    def _build_group(self, group: FaultGroup, active: tuple[str, ...]) -> Card:
        card = Card()
        for fault in FAULTS:
            if fault.group == group:
                card.add_row(self._build_row(fault, on=fault.name in active))
        return card

    def _build_row(self, fault: SandboxFault, *, on: bool) -> QWidget:
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(M, S, M, S)
        column.setSpacing(S)  # the ring around the box stays clear of the text
        box = CheckBox(_fault_title(fault))
        box.setAccessibleDescription(fault.description)
        box.setChecked(on)
        box.toggled.connect(lambda: self._set_fault(fault.name, on=box.isChecked()))
        self._boxes[fault.name] = box
        column.addWidget(box)
        description = Text(fault.description, style=TextStyle.SMALL, role="text-2", wrap=True)
        below = QHBoxLayout()
        below.addSpacing(box.text_left)
        below.addWidget(description, 1)
        column.addLayout(below)
        return row

    def _set_fault(self, name: str, *, on: bool) -> None:
        self._sandbox.set_fault(name, on=on)
        self._update_summary()

    def _turn_all_off(self) -> None:
        self._sandbox.clear_faults()
        for box in self._boxes.values():
            box.setChecked(False)

    def _update_summary(self) -> None:
        count = sum(box.isChecked() for box in self._boxes.values())
        self._off.setEnabled(bool(count))
        texts = {0: "Nothing is wrong with it now.", 1: "1 thing is wrong with it now."}
        self._summary.setText(texts.get(count, f"{count} things are wrong with it now."))


def _fault_title(fault: SandboxFault) -> str:
    words = [_ABBREVIATIONS.get(word, word) for word in fault.name.split("-")]
    text = " ".join(words)
    return text[0].upper() + text[1:]

"""The dialog that shows the licences of everything that the program consists of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.fields import FieldBlock
from twauth_gui.gui.tasks import Job
from twauth_gui.services.licences import (
    LicensedWork,
    describe_works,
    find_licence_folder,
    list_licensed_works,
    read_licence_text,
)

_HEIGHT = 600
_EVERYTHING = "Everything"


class LicencesDialog(Dialog):
    """A list of what takes part, and the licence of the chosen one."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Licences", width=DialogWidth.W800, height=_HEIGHT)
        self._context = context
        self._works: Sequence[LicensedWork] = ()
        self._choice = ComboBox()
        self._text = QPlainTextEdit()
        self._text.setAccessibleName("Licence")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        body, column = make_dialog_body()
        body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        column.addWidget(FieldBlock("Part of the program", self._choice))
        column.addWidget(self._text, 1)
        self.set_body(body)
        done = primary_button("Done")
        done.clicked.connect(self.dismiss)
        self.add_right(done)
        self.set_default(done)
        self.set_initial_focus(self._choice)
        context.run_over_network(self, _list_works, self._show_works)

    def _show_works(self, works: Sequence[LicensedWork]) -> None:
        self._works = works
        self._choice.addItems(
            [_EVERYTHING, *(f"{one.name} {one.version}".rstrip() for one in works)]
        )
        self._choice.currentIndexChanged.connect(self._show_chosen)
        self._show_chosen(0)

    def _show_chosen(self, index: int) -> None:
        if index == 0:
            self._text.setPlainText(describe_works(self._works))
            return
        read = partial(_read_text, self._works[index - 1])
        self._context.run_over_network(self, read, partial(self._show_text, index))

    def _show_text(self, index: int, text: str) -> None:
        if index == self._choice.currentIndex():
            self._text.setPlainText(text)


def _list_works(_job: Job) -> Sequence[LicensedWork]:
    return list_licensed_works(find_licence_folder())


def _read_text(work: LicensedWork, _job: Job) -> str:
    return read_licence_text(work)

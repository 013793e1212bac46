"""The choices of a sign-in that have a good default, folded away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.sign_in_options import AuthorizationPage, SignInOptions, Wanted
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.disclosure import Disclosure
from twauth_gui.gui.parts.segmented import SegmentedControl
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.measure import Type

_PAGES = [
    (AuthorizationPage.AUTHORIZE.value, "Ask always", ""),
    (AuthorizationPage.AUTHENTICATE.value, "Ask once", ""),
]
_ACCESS = [("as-the-app", "As the app", ""), (Wanted.READ.value, "Read only", "")]
_ACCESS_WHY = {
    "as-the-app": "As much as the app is allowed in X's console.",
    Wanted.READ.value: "Nobody can post with these credentials, whatever the app is allowed.",
}


class OptionsBox(Disclosure):
    """While it is closed it says what differs from the usual."""

    def __init__(self) -> None:
        super().__init__("Options")
        self._summary = ElidedLabel("", type=Type.SMALL, role="text-2")
        self._page = SegmentedControl(_PAGES, "Sign-in page")
        self._page_why = Text("", type=Type.SMALL, role="text-3", wrap=True)
        self._access = SegmentedControl(_ACCESS, "Access")
        self._access_why = Text("", type=Type.SMALL, role="text-3", wrap=True)
        self._force = CheckBox("Ask for the password again")
        self._fill = CheckBox("Fill in the expected handle on X's page")
        for box in (self._force, self._fill):
            box.setChecked(True)
            box.toggled.connect(self._show_words)
        for choice in (self._page, self._access):
            choice.changed.connect(self._show_words)
        self.turned.connect(self._show_words)
        self.put_beside(self._summary, 1)
        self.put_below(self._build_body())
        self._show_words()

    def _build_body(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for title, choice, why in (
            ("Sign-in page", self._page, self._page_why),
            ("Access", self._access, self._access_why),
        ):
            block = QVBoxLayout()
            block.setSpacing(6)
            block.addWidget(Text(title, type=Type.SMALL, strong=True))
            block.addWidget(choice, alignment=Qt.AlignmentFlag.AlignLeft)
            block.addWidget(why)
            column.addLayout(block)
        boxes = QVBoxLayout()
        boxes.setSpacing(8)
        boxes.addWidget(self._force)
        boxes.addWidget(self._fill)
        column.addLayout(boxes)
        return body

    def options(self) -> SignInOptions:
        """Give what is chosen."""
        access = self._access.selected()
        return SignInOptions(
            page=AuthorizationPage(self._page.selected()),
            access=Wanted.READ if access == Wanted.READ.value else Wanted.AS_THE_APP,
            force_login=self._force.isChecked(),
            fill_in=self._fill.isChecked(),
        )

    def _show_words(self) -> None:
        options, usual = self.options(), SignInOptions()
        self._page_why.setText(options.page.why)
        self._access_why.setText(_ACCESS_WHY[self._access.selected()])
        unusual = [
            words
            for differs, words in (
                (options.page is not usual.page, "asks once"),
                (options.access is not usual.access, "read only"),
                (not options.force_login, "no password where signed in"),
                (not options.fill_in, "handle not filled in"),
            )
            if differs
        ]
        self._summary.setText("" if self.is_open else ", ".join(unusual).capitalize())

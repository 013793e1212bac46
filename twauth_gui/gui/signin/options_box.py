"""Folded boxes for the options of an OAuth 1.0a sign-in and the scopes of OAuth 2.0."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.access import DEFAULT_SCOPES, REQUIRED_SCOPES, SCOPES, Scope, ScopeGroup
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.sign_in import AuthorizationPage, RequestedAccess, SignInOptions
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.disclosure import Disclosure
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.segmented_control import SegmentedControl
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.metrics import S, TextStyle

_PAGES = [
    (AuthorizationPage.AUTHORIZE.value, "Ask always", ""),
    (AuthorizationPage.AUTHENTICATE.value, "Ask once", ""),
]
_ACCESS = [("as-the-app", "As the app", ""), (RequestedAccess.READ.value, "Read only", "")]
_ACCESS_WHY = {
    "as-the-app": "As much as the app is allowed in X's console.",
    RequestedAccess.READ.value: (
        "These credentials cannot post, whatever the app is allowed to do."
    ),
}


class SignInOptionsBox(Disclosure):
    """Options of an OAuth 1.0a sign-in; closed, it names those that differ from the defaults."""

    def __init__(self) -> None:
        super().__init__("Options")
        self._summary = ElidedLabel("", style=TextStyle.SMALL, role="text-2")
        self._page = SegmentedControl(_PAGES, "Sign-in page")
        self._page_why = Text("", style=TextStyle.SMALL, role="text-3", wrap=True)
        self._access = SegmentedControl(_ACCESS, "Access")
        self._access_why = Text("", style=TextStyle.SMALL, role="text-3", wrap=True)
        self._force = CheckBox("Ask for the password again")
        self._fill = CheckBox("Fill in the expected handle on X's page")
        for box in (self._force, self._fill):
            box.setChecked(True)
            box.toggled.connect(self._update_summary)
        for choice in (self._page, self._access):
            choice.changed.connect(self._update_summary)
        self.toggled.connect(self._update_summary)
        self.add_beside(self._summary, 1)
        self.set_body(self._build_body())
        self._update_summary()

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
            block.addWidget(Text(title, style=TextStyle.SMALL, strong=True, heading=True))
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
        """Return the chosen options."""
        access = self._access.selected()
        return SignInOptions(
            page=AuthorizationPage(self._page.selected()),
            access=RequestedAccess.READ
            if access == RequestedAccess.READ.value
            else RequestedAccess.APP_DEFAULT,
            force_login=self._force.isChecked(),
            prefill_handle=self._fill.isChecked(),
        )

    def _update_summary(self) -> None:
        options, default = self.options(), SignInOptions()
        self._page_why.setText(options.page.explanation)
        self._access_why.setText(_ACCESS_WHY[self._access.selected()])
        differences = [
            words
            for differs, words in (
                (options.page is not default.page, "asks once"),
                (options.access is not default.access, "read only"),
                (not options.force_login, "no password if signed in"),
                (not options.prefill_handle, "handle not filled in"),
            )
            if differs
        ]
        self._summary.setText("" if self.is_open else ", ".join(differences).capitalize())


_GROUP_TITLES = {
    ScopeGroup.BASIC: "Basic",
    ScopeGroup.POSTS: "Posts",
    ScopeGroup.PEOPLE: "People",
    ScopeGroup.MESSAGES: "Direct messages",
    ScopeGroup.LISTS: "Lists",
    ScopeGroup.MEDIA: "Media",
}


class ScopesBox(Disclosure):
    """Scopes of an OAuth 2.0 sign-in; closed, it sums up those that are chosen."""

    def __init__(self) -> None:
        super().__init__("Scopes")
        self.first_row: QWidget = self  # scrolled into view when the list opens
        self._boxes = {scope.name: _scope_box(scope) for scope in SCOPES}
        self._summary = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        for box in self._boxes.values():
            box.toggled.connect(self._update_summary)
        self.add_beside(self._summary, 1)
        self.set_body(self._build_list())
        self._update_summary()

    def _build_list(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for place, (group, title) in enumerate(_GROUP_TITLES.items()):
            if place:
                column.addSpacing(8)
            column.addWidget(Text(title, style=TextStyle.SMALL, strong=True, heading=True))
            for scope in SCOPES:
                if scope.group is group:
                    line = _scope_row(scope, self._boxes[scope.name])
                    column.addWidget(line)
                    self.first_row = self.first_row if place > 1 else line
        return holder

    def scopes(self) -> tuple[str, ...]:
        """Return the names of the chosen scopes, in the order of the list."""
        return tuple(name for name, box in self._boxes.items() if box.isChecked())

    def _update_summary(self) -> None:
        self._summary.setText(_scopes_summary(self.scopes()))


def _scope_box(scope: Scope) -> CheckBox:
    box = CheckBox(scope.description)
    box.setChecked(scope.name in DEFAULT_SCOPES)
    box.setAccessibleName(f"{scope.description}, {scope.name}")
    if scope.name in REQUIRED_SCOPES:
        box.setEnabled(False)
        box.setToolTip("Always requested: without it X does not say which account signed in")
    return box


def _scope_row(scope: Scope, box: CheckBox) -> QWidget:
    name = Text(scope.name, style=TextStyle.SMALL, role="text-3")
    # Below each other, the ring around the box stays clear of the name.
    row = ResponsiveRow(box, name, spacing=S, stretch=(0, 0), apart=True)

    def indent(*stacked: bool) -> None:
        name.setContentsMargins(box.text_left if any(stacked) else 0, 0, 0, 0)

    row.stacked.connect(indent)
    return row


def _scopes_summary(chosen: tuple[str, ...]) -> str:
    changes = [scope for scope in SCOPES if scope.can_change and scope.name in chosen]
    what = "reads and writes" if changes else "only reads"
    again = "" if "offline.access" in chosen else "; ends after two hours"
    return f"{pluralize(len(chosen), 'scope')}: {what}{again}"

"""The sheet of one sign-in: steps at the side, what to do now beside them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.gui.parts.avatar import Avatar
from twauth_gui.gui.parts.buttons import (
    primary_button,
    quiet_button,
    quiet_danger_button,
    secondary_button,
)
from twauth_gui.gui.parts.rail_body import StepLayout
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.steps import Steps
from twauth_gui.gui.signin.end_pages import DonePage, OtherAccountPage
from twauth_gui.gui.signin.pages import BrowserPage, BusyPage, PinPage
from twauth_gui.gui.signin.problem_page import ProblemPage
from twauth_gui.gui.signin.view_page import ViewPage

_HEIGHT = 500
_VIEW_SHEET_HEIGHT = 640


@dataclass(frozen=True, slots=True)
class Foot:
    """Which buttons a page has; an empty text leaves a button out."""

    primary: str = ""
    secondary: str = ""
    cancel: bool = True
    later: bool = False
    use_pin: bool = False


class SignInSheet(Dialog):
    """Shows one page at a time; the flow decides which.

    Signals:
        cancel_pressed, pin_pressed, secondary_pressed, primary_pressed: the foot.
    """

    cancel_pressed = Signal()
    pin_pressed = Signal()
    secondary_pressed = Signal()
    primary_pressed = Signal()

    def __init__(
        self,
        handle: str,
        app_label: str,
        method: SignInMethod,
        kind: CredentialKind = CredentialKind.OAUTH1,
    ) -> None:
        wide = method is SignInMethod.EMBEDDED
        with_kind = " with OAuth 2.0" if kind is CredentialKind.OAUTH2 else ""
        super().__init__(
            (f"Sign in @{handle}" if handle else "Sign in an account") + with_kind,
            width=DialogWidth.W944 if wide else DialogWidth.W800,
            app_name=app_label,
            avatar=Avatar.of(handle, "", 24) if handle else None,
            height=_VIEW_SHEET_HEIGHT if wide else _HEIGHT,
        )
        self.steps = Steps()
        self.busy = BusyPage()
        self.browser = BrowserPage()
        self.pin = PinPage()
        self.view = ViewPage()
        self.problem = ProblemPage()
        self.other = OtherAccountPage()
        self.kept = DonePage()
        self._pages = QStackedWidget()
        for page in (
            self.busy,
            self.browser,
            self.pin,
            self.view,
            self.problem,
            self.other,
            self.kept,
        ):
            self._pages.addWidget(page)
        self.set_body(StepLayout(self.steps, self._pages, margins=False))
        self._build_foot()

    def _build_foot(self) -> None:
        self._cancel = quiet_danger_button("Cancel sign-in")
        self._use_pin = quiet_button("Use a PIN instead")
        self._secondary = secondary_button("")
        self._later = secondary_button("Finish later")
        self.primary = primary_button("")
        for button, signal in (
            (self._cancel, self.cancel_pressed),
            (self._use_pin, self.pin_pressed),
            (self._secondary, self.secondary_pressed),
            (self.primary, self.primary_pressed),
        ):
            button.clicked.connect(signal)
        self._later.clicked.connect(self.close_sheet)
        self.add_left(self._cancel)
        self.add_left(self._use_pin)
        for right in (self._secondary, self._later, self.primary):
            self.add_right(right)
        self.set_default(self.primary)

    @property
    def page(self) -> QWidget | None:
        """The page that is shown."""
        return self._pages.currentWidget()

    def show_page(self, page: QWidget, foot: Foot, focus: QWidget | None = None) -> None:
        """Show a page with its buttons, and put the focus where typing or Enter is expected."""
        if page is not self.view and self.view.is_open:
            self.view.shut()
        self._pages.setCurrentWidget(page)
        self._cancel.setVisible(foot.cancel)
        self._use_pin.setVisible(foot.use_pin)
        self._later.setVisible(foot.later)
        _label(self._secondary, foot.secondary)
        _label(self.primary, foot.primary)
        self.primary.setEnabled(True)
        wanted = focus or (self.primary if foot.primary else None)
        if wanted is not None:
            self.set_initial_focus(wanted)
            wanted.setFocus()
        self.layout_wanted.emit()


def _label(button: QPushButton, text: str) -> None:
    button.setText(text)
    button.setVisible(bool(text))

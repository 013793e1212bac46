"""Pages of the sign-in dialog that wait for approval: busy, browser, PIN."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.callback_response import CallbackResponseError, parse_pasted_response
from twauth_gui.domain.callback_urls import is_own_callback
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.badges import IconLabel
from twauth_gui.gui.parts.buttons import ButtonSize, external_button, quiet_button, secondary_button
from twauth_gui.gui.parts.fields import FieldBlock, LineField
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.parts.surfaces import Box, CopyLine
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import TextStyle, text_font
from twauth_gui.services.sign_in_requests import (
    LINK_PLACEHOLDER,
    AuthorizationLink,
    write_owner_message,
)
from twauth_gui.xapi.errors.messages.oauth2_errors import diagnose_page_error


class LinkLine(QWidget):
    """The beginning of a link, with buttons that open and copy it.

    Signals:
        open_requested, copy_requested: the button was pressed.
    """

    open_requested = Signal()
    copy_requested = Signal()

    def __init__(self, open_text: str) -> None:
        super().__init__()
        open_button = quiet_button(
            open_text, "external-link", icon_after=True, size=ButtonSize.TINY
        )
        open_button.clicked.connect(self.open_requested)
        copy_button = secondary_button("Copy link", "copy", size=ButtonSize.SMALL)
        copy_button.clicked.connect(self.copy_requested)
        self.setFocusProxy(copy_button)
        self._line = CopyLine("", [open_button, copy_button])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._line)

    def show_link(self, url: Secret) -> None:
        """Show host, path and the first letters of the token."""
        self._line.set_text(_shorten_link(url.reveal()))


def _shorten_link(url: str) -> str:
    bare = url.split("://", 1)[-1]
    head, mark, tail = bare.partition("oauth_token=")
    return f"{head}{mark}{tail[:6]}…" if mark else bare


class OwnerMessageBox(Box):
    """The message for the owner, with a button that copies it, link included.

    Signals:
        copy_requested: carries the text, with {link} where the link belongs.
    """

    copy_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._message = ""
        self._text = Text("", wrap=True)
        copy = secondary_button("Copy message", "copy", size=ButtonSize.SMALL)
        copy.clicked.connect(lambda: self.copy_requested.emit(self._message))
        column = QVBoxLayout()
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._text)
        column.addWidget(copy, alignment=Qt.AlignmentFlag.AlignRight)
        self.body.addLayout(column)

    def show_message(self, handle: str, app_label: str) -> None:
        """Write the message for the owner of this handle."""
        self._message = write_owner_message(handle, app_label)
        self._text.setText(self._message.replace(LINK_PLACEHOLDER, "(the link)"))


_PIN_DIGITS = 7
_LINKS_EXPIRE = "A link works once and expires after a while."


class SignInPage(QWidget):
    """Base of the sign-in dialog's pages: a column with the usual margins."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 24, 24, 24)
        self.column.setSpacing(0)


class BusyPage(SignInPage):
    """What Twauth waits for, while X or the keychain works."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Text("", style=TextStyle.HEADING, strong=True, wrap=True)
        self._line = Text("", role="text-2", wrap=True)
        self.column.addWidget(self._title)
        self.column.addSpacing(4)
        self.column.addWidget(self._line)
        self.column.addStretch(1)

    def show_text(self, title: str, line: str) -> None:
        self._title.setText(title)
        self._line.setText(line)


class BrowserPage(SignInPage):
    """Waits for the browser's return, and helps if it does not come.

    Signals:
        open_requested, copy_requested, pin_requested, renew_requested, console_requested: a
            button was pressed.
        response_pasted: carries the OAuth1Response or OAuth2Response read from a pasted address.
    """

    open_requested = Signal()
    copy_requested = Signal()
    pin_requested = Signal()
    renew_requested = Signal()
    console_requested = Signal()
    response_pasted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._line = Text("", role="text-2", wrap=True)
        self._link = LinkLine("Open again")
        self._link.open_requested.connect(self.open_requested)
        self._link.copy_requested.connect(self.copy_requested)
        self._address = LineField("Paste its whole address here")
        self._address.setAccessibleName("Address of the page after approving")
        self._kind = CredentialKind.OAUTH1
        self._use = secondary_button("Use it", size=ButtonSize.SMALL)
        self._use.setEnabled(False)
        self._use.clicked.connect(self._submit)
        self._address.returnPressed.connect(self._submit)
        self._address.textChanged.connect(self._validate)
        self._problem = Text("", style=TextStyle.SMALL, role="bad", wrap=True)
        self._problem.hide()
        self.column.addWidget(
            Text("Approve in your browser", style=TextStyle.HEADING, strong=True, wrap=True)
        )
        self.column.addSpacing(4)
        self.column.addWidget(self._line)
        self.column.addSpacing(16)
        self.column.addWidget(self._link)
        self.column.addSpacing(24)
        self._help_title = Text("", strong=True)
        self.column.addWidget(self._help_title)
        self.column.addSpacing(8)
        self.column.addWidget(self._build_help())
        self.column.addStretch(1)

    def _build_help(self) -> Box:
        box = Box()
        box.add_row(
            _quiet_row("The browser shows another account", "Copy the link into a private window.")
        )
        renew = secondary_button("Get a new link", size=ButtonSize.SMALL)
        renew.clicked.connect(self.renew_requested)
        self._expired_row = _quiet_row(
            "The page says that something is invalid", _LINKS_EXPIRE, renew
        )
        box.add_row(self._expired_row)
        console = external_button("Open console")
        console.clicked.connect(self.console_requested)
        self._failed_row = _quiet_row("The page says that something went wrong", "", console)
        box.add_row(self._failed_row)
        pin = secondary_button("Use a PIN", size=ButtonSize.SMALL)
        pin.clicked.connect(self.pin_requested)
        self._other_computer_row = _quiet_row(
            "The browser is on another computer", "Approve there and type the PIN here.", pin
        )
        box.add_row(self._other_computer_row)
        paste = QWidget()
        column = QVBoxLayout(paste)
        column.setContentsMargins(16, 10, 12, 12)
        column.setSpacing(8)
        self._paste_title = Text("", wrap=True)
        column.addWidget(self._paste_title)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._address, 1)
        row.addWidget(self._use)
        column.addLayout(row)
        column.addWidget(self._problem)
        box.add_row(paste)
        return box

    def show_link(self, link: AuthorizationLink, app_label: str, *, opened: bool) -> None:
        """Show the link and the account to sign in as. opened: in the browser."""
        self._link.show_link(link.url)
        where = "The page is open there." if opened else "Open the page below in a browser."
        handle = link.pending.expected_handle
        who = f"Sign in as @{handle}" if handle else "Sign in as the bot"
        self._kind = link.pending.kind
        is_code = self._kind is CredentialKind.OAUTH2
        for row, shown in (
            (self._expired_row, not is_code),
            (self._failed_row, is_code),
            (self._other_computer_row, not is_code),
        ):
            row.setVisible(shown)
        self._failed_row.set_help(_oauth2_reasons(link.callback))
        pasted = link.pending.method is SignInMethod.ADDRESS
        here = is_own_callback(link.callback) and not pasted
        then = "This window notices by itself." if here else "Then come back to this window."
        self._line.setText(f"{where} {who} and approve {app_label}. {then}")
        self._help_title.setText("Nothing happened?" if here else "After approving")
        self._paste_title.setText(
            "The page after approving could not be reached"
            if here
            else "The browser ends on the app's own address. Copy all of it from the address bar"
            + (" within 30 seconds: X's answer lasts no longer." if is_code else ".")
        )
        self._problem.hide()
        self.setFocusProxy(self._link if here else self._address)

    def show_problem(self, text: str) -> None:
        """Say below the field why the pasted address does not complete the sign-in."""
        self._problem.setText(text)
        self._problem.show()
        announce(self._problem, text)

    def show_diagnosis(self, diagnosis: Diagnosis) -> None:
        """Say below the field why the pasted address belongs to another sign-in."""
        self.show_problem(diagnosis.to_sentence())

    def _validate(self, text: str) -> None:
        self._problem.hide()
        self._use.setEnabled(bool(text.strip()))

    def _submit(self) -> None:
        try:
            answer = parse_pasted_response(self._kind, self._address.text())
        except CallbackResponseError as error:
            self.show_problem(str(error))
            return
        self._address.clear()
        self.response_pasted.emit(answer)


class PinPage(SignInPage):
    """Takes the PIN, a verifier, or the whole address of the page after approval.

    Signals:
        open_requested, copy_requested, renew_requested: the button was pressed.
        ready_changed: carries whether the field holds something to send.
        message_requested: copy the message for the owner; carries its text, {link} for the link.
        submitted: Enter was pressed in the field.
    """

    open_requested = Signal()
    copy_requested = Signal()
    renew_requested = Signal()
    message_requested = Signal(str)
    ready_changed = Signal(bool)
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._line = Text("", role="text-2", wrap=True)
        self._link = LinkLine("Open page")
        self._link.open_requested.connect(self.open_requested)
        self._link.copy_requested.connect(self.copy_requested)
        self.field = _build_pin_field()
        self.field.textChanged.connect(self._validate)
        self.field.returnPressed.connect(self.submitted)
        self._block = FieldBlock(
            "PIN", self.field, "The whole address of the page you ended on works here too."
        )
        self._title = Text("", style=TextStyle.HEADING, strong=True, wrap=True)
        self._owner_message = OwnerMessageBox()
        self._owner_message.copy_requested.connect(self.message_requested)
        self.column.addWidget(self._title)
        self.column.addSpacing(4)
        self.column.addWidget(self._line)
        self.column.addSpacing(16)
        self.column.addWidget(self._owner_message)
        self.column.addWidget(self._link)
        self.column.addSpacing(24)
        self.column.addWidget(self._block)
        self.column.addSpacing(16)
        self.column.addWidget(self._build_renew_box())
        self.column.addSpacing(16)
        self.column.addStretch(1)
        self._later = _build_later_hint()
        self.column.addWidget(self._later)

    def _build_renew_box(self) -> Box:
        renew = secondary_button("Get a new link", size=ButtonSize.SMALL)
        renew.clicked.connect(self.renew_requested)
        box = Box()
        box.add_row(_quiet_row("The page says that something is invalid", _LINKS_EXPIRE, renew))
        return box

    def show_link(self, link: AuthorizationLink, app_label: str) -> None:
        """Show the link and the account to sign in as, or the message to send to the owner."""
        self._link.show_link(link.url)
        handle = link.pending.expected_handle
        by_link = link.pending.method is SignInMethod.LINK
        self._owner_message.setVisible(by_link)
        self._link.setVisible(not by_link)
        self._later.setVisible(not by_link)
        if by_link:
            who = f"the owner of @{handle}" if handle else "the account's owner"
            self._title.setText(f"Send this to {who}")
            self._line.setText(
                "Only the owner can approve. The answer may take days: the sign-in waits in the "
                "list until it comes."
            )
            self._owner_message.show_message(handle, app_label)
        else:
            who = f"@{handle}" if handle else "the bot"
            self._title.setText("Approve, then type the PIN")
            self._line.setText(
                f"Open the page on any device where {who} is signed in. "
                "After approval it shows 7 digits."
            )

    def show_problem(self, text: str) -> None:
        """Say below the field why the PIN was refused."""
        self._block.set_error(text)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _validate(self, text: str) -> None:
        self._block.set_error("")
        digits = "".join(text.split())
        self.field.set_hint(f"{_PIN_DIGITS} digits" if _is_pin(digits) else "")
        self.ready_changed.emit(bool(digits))


def _oauth2_reasons(callback: str) -> str:
    """Return the likely reasons why X's OAuth 2.0 page fails, one a line."""
    causes = "\n".join(f"• {cause}" for cause in diagnose_page_error(callback).causes)
    return f"It does not say why, and nothing comes back. Likely reasons:\n{causes}"


def _build_pin_field() -> LineField:
    field = LineField()
    font = text_font(TextStyle.HEADING)
    font.setFixedPitch(True)
    font.setLetterSpacing(font.SpacingType.AbsoluteSpacing, 3)
    field.setFont(font)
    field.setObjectName("pinField")
    return field


def _build_later_hint() -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    row.addWidget(IconLabel("clock", "text-3", 14), alignment=Qt.AlignmentFlag.AlignTop)
    text = Text(
        "Sent the link to someone else? Choose Finish later. "
        "The sign-in waits in the list, even after a restart.",
        style=TextStyle.SMALL,
        role="text-2",
        wrap=True,
    )
    row.addWidget(text, 1)
    return holder


def _is_pin(text: str) -> bool:
    return len(text) == _PIN_DIGITS and text.isascii() and text.isdecimal()


def _quiet_row(title: str, line: str, button: QWidget | None = None) -> SettingRow:
    return SettingRow(title, line, button, quiet=True)

"""The page of an empty window, with the ways to the first account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.display_text import name_in_sentence, pluralize
from twauth_gui.domain.health import Severity
from twauth_gui.domain.hosts import CONSOLE_URL
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.imports.importable_accounts import describe_importable, find_importable
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.badges import IconLabel
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import LinkButton, primary_button, secondary_button
from twauth_gui.gui.parts.fields import TextField
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import XXL, S, TextStyle
from twauth_gui.gui.vault.vault_dialogs import open_create_file, unlock_then
from twauth_gui.gui.workspace.main_menu import open_explain_error, open_import, open_restore

if TYPE_CHECKING:
    from twauth_gui.transfer.found_credentials import FoundFile


_NO_PLAIN_TEXT = "Twauth does not fall back to plain text."


class VaultBanner(QWidget):
    """Visible only while the vault cannot be used; its button does what that state needs."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._banner = Banner(Severity.ATTENTION, "")
        self._banner.pressed.connect(self._open_vault)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._banner)
        context.vault.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        vault = self._context.vault
        problem = vault.problem
        self.setVisible(problem is not None)
        if problem is None:
            return
        button = vault.unlock_label if vault.is_locked else "Try again"
        title, advice = problem.title, problem.advice
        if vault.can_create_file:
            button = "Create encrypted file"
            title, advice = f"{title} {_NO_PLAIN_TEXT}", advice.replace(f"{_NO_PLAIN_TEXT} ", "")
        self._banner.set_texts(title, advice, button)

    def _open_vault(self) -> None:
        vault = self._context.vault
        if vault.can_create_file:
            open_create_file(self._context)
        elif vault.is_locked and vault.is_file:
            unlock_then(self._context)
        elif vault.is_locked:
            vault.unlock()
        else:
            vault.probe()


class WelcomeCard(Card):
    """An icon, a title, a line; .column takes what belongs below."""

    def __init__(self, icon: str, title: str, text: str) -> None:
        super().__init__()
        self.words = Text(text, role="text-2", wrap=True)
        self.column = QVBoxLayout()
        self.column.setContentsMargins(24, 24, 24, 24)
        self.column.setSpacing(4)
        picture = IconLabel(icon, "accent-text", 24)
        self.column.addWidget(picture, alignment=Qt.AlignmentFlag.AlignLeft)
        self.column.addSpacing(8)
        self.column.addWidget(Text(title, style=TextStyle.TITLE, strong=True, wrap=True))
        self.column.addWidget(self.words)
        self.body.addLayout(self.column)


_KNOWN_TOOLS = (
    "Accounts from twurl, t, xurl, twarc, a .env file and others. Their files stay as they are. You"
    " can also drop files and folders anywhere on this window."
)
_SEARCH_DELAY_MS = 400  # after the window is shown, because the search imports the readers


class ImportCard(WelcomeCard):
    """Offers the import; once a search has found accounts, says how many."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("download", "Import what you have", _KNOWN_TOOLS)
        self._context = context
        self._button = secondary_button("Look for accounts")
        self._button.clicked.connect(lambda: open_import(context))
        self.column.addSpacing(12)
        self.column.addWidget(self._button, alignment=Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch(1)
        QTimer.singleShot(_SEARCH_DELAY_MS, self, self._search)

    def _search(self) -> None:
        # Not on the store's worker: a slow home folder must not delay the reading of the list.
        self._context.run_over_network(
            self, lambda job: find_importable(self._context.home, job.cancel), self._show
        )

    def _show(self, found: Sequence[FoundFile]) -> None:
        text, count = describe_importable(found)
        if count:
            self.words.setText(text)
            self._button.setText(f"Review {pluralize(count, 'account')}")


_PAGE_WIDTH = 880


class WelcomePage(QWidget):
    """Paste an app's keys, import from other tools, or try Twauth with the sandbox."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.setObjectName("welcomePage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._introduction = Text("", role="text-2", wrap=True)
        self._vault_banner = VaultBanner(context)
        self._keys_card = PasteKeysCard(context)
        content = QWidget()
        content.setObjectName("welcomeContent")
        content.setMaximumWidth(_PAGE_WIDTH + 80)
        column = QVBoxLayout(content)
        column.setContentsMargins(40, 24, 40, 32)
        column.setSpacing(4)
        column.addStretch(1)
        column.addWidget(
            Text("Sign in your first bot account", style=TextStyle.DISPLAY, strong=True, wrap=True)
        )
        column.addWidget(self._introduction)
        column.addSpacing(20)
        column.addWidget(self._vault_banner)
        column.addSpacing(8)
        column.addWidget(
            ResponsiveRow(
                self._keys_card, self._make_other_cards(), stack_below=760, stretch=(3, 2)
            )
        )
        column.addSpacing(12)
        column.addWidget(self._make_links())
        column.addStretch(1)
        self._put_into_scroll(content)
        context.vault.changed.connect(self._show_vault)
        self._show_vault()

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._keys_card.take_focus()

    def _make_links(self) -> QWidget:
        restore = LinkButton("Restore a backup")
        restore.clicked.connect(lambda: open_restore(self._context))
        explain = LinkButton("Explain an error from your bot")
        explain.clicked.connect(lambda: open_explain_error(self._context))
        return ResponsiveRow(restore, explain, spacing=XXL, stretch=(0, 1), apart=True)

    def _put_into_scroll(self, content: QWidget) -> None:
        middle = QWidget()
        middle.setObjectName("welcomeContent")
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(content, 100)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab scrolls to everything
        scroll.setWidgetResizable(True)
        scroll.setWidget(middle)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _make_other_cards(self) -> QWidget:
        cards = QWidget()
        column = QVBoxLayout(cards)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(ImportCard(self._context), 1)
        column.addWidget(self._make_sandbox_card(), 1)
        return cards

    def _make_sandbox_card(self) -> QWidget:
        button = secondary_button("Try it with a pretend X")
        button.clicked.connect(lambda: self._context.window.open_sandbox())
        card = WelcomeCard(
            "flask-conical",
            "Try it without X",
            "A pretend X on this computer, with sample accounts. Nothing leaves the machine.",
        )
        card.column.addSpacing(12)
        card.column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        card.column.addStretch(1)
        return card

    def _show_vault(self) -> None:
        vault = self._context.vault
        self._introduction.setText(
            "Credentials need a safe place first. Nothing is saved until there is one."
            if vault.problem
            else f"Its credentials go into {name_in_sentence(vault.name)} on this computer, "
            "and from there to wherever the bot runs."
        )


class PasteKeysCard(QWidget):
    """Takes an app's keys in any format: typed, pasted, or dropped as text."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.setAcceptDrops(True)
        self._field = TextField("Any format works: two lines, a .env file, JSON.")
        self._field.setAccessibleName("Keys of your app")
        self._field.setAcceptDrops(False)
        self._field.textChanged.connect(self._on_text_changed)
        self._problem = Text("", style=TextStyle.SMALL, role="bad", wrap=True)
        self._problem.hide()
        context.snapshots.changed.connect(self._forget_keys)
        self._button = primary_button("Paste from clipboard", "clipboard-paste")
        self._button.clicked.connect(self._on_clicked)
        console = LinkButton("Where do I find them?", is_external=True)
        console.clicked.connect(lambda: context.window.open_address(CONSOLE_URL))
        card = WelcomeCard(
            "key-round",
            "Paste the keys of your app",
            "API key and secret, from the developer console of X.",
        )
        card.column.addSpacing(14)
        card.column.addWidget(self._field, 1)
        card.column.addWidget(self._problem)
        card.column.addSpacing(12)
        card.column.addWidget(
            ResponsiveRow(self._button, console, spacing=S, stretch=(0, 0), apart=True)
        )
        self._field.setMinimumHeight(148)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)

    def take_focus(self) -> None:
        """Focus the field for the keys."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_text_changed(self) -> None:
        has_text = bool(self._field.toPlainText().strip())
        self._button.setText("Add this app" if has_text else "Paste from clipboard")
        self._show_problem("")

    def _on_clicked(self) -> None:
        """Add the app; a text without any key stays, and it is said what is wrong with it."""
        from twauth_gui.transfer.pasted_keys import parse_keys  # noqa: PLC0415 - once there is a text

        typed = self._field.toPlainText()
        text = typed if typed.strip() else self._context.clipboard.read_text()
        if text.strip() and (pasted := parse_keys(text)).is_empty:
            where = "" if typed.strip() else "On the clipboard: "
            self._show_problem(where + " ".join(pasted.notes))
        else:
            self._context.window.add_app(text)

    def _show_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self._field.setAccessibleDescription(text)
        announce(self._field, text)

    def _forget_keys(self) -> None:
        """Clear the field once there is an app; until then the text is not lost."""
        if not self._context.snapshots.current.is_empty:
            self._field.clear()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasText():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._context.window.add_app(event.mimeData().text())

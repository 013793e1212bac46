"""The window while there is nothing in it yet: the doors that lead to the first account."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.addresses import CONSOLE
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.bending_row import ResponsiveRow
from twauth_gui.gui.parts.buttons import primary_button, secondary_button
from twauth_gui.gui.parts.fields import TextField
from twauth_gui.gui.parts.link_button import LinkButton
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import S, Type
from twauth_gui.gui.vault.banner import VaultBanner
from twauth_gui.gui.workspace.bring_door import ImportCard
from twauth_gui.gui.workspace.door import WelcomeCard
from twauth_gui.gui.workspace.main_menu import open_explain_error
from twauth_gui.store.vault import mid_sentence

_WIDTH = 880
_MAX_FILE = 256 * 1024


class FirstRun(QWidget):
    """Paste the keys, bring in what is there, or try it without X."""

    def __init__(self, desk: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("firstRun")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._where = Text("", role="text-2", wrap=True)
        self._trouble = VaultBanner(desk)
        content = QWidget()
        content.setObjectName("firstRunContent")
        content.setMaximumWidth(_WIDTH + 80)
        column = QVBoxLayout(content)
        column.setContentsMargins(40, 24, 40, 32)
        column.setSpacing(4)
        column.addStretch(1)
        column.addWidget(
            Text("Sign in your first bot account", type=Type.DISPLAY, strong=True, wrap=True)
        )
        column.addWidget(self._where)
        column.addSpacing(20)
        column.addWidget(self._trouble)
        column.addSpacing(8)
        column.addWidget(
            ResponsiveRow(PasteDoor(desk), self._other_doors(), below=760, stretch=(3, 2))
        )
        column.addSpacing(12)
        explain = LinkButton("Explain an error your bot met")
        explain.clicked.connect(lambda: open_explain_error(desk))
        column.addWidget(explain)
        column.addStretch(1)
        self._put_into_scroll(content)
        desk.vault.changed.connect(self._show_vault)
        self._show_vault()

    def _put_into_scroll(self, content: QWidget) -> None:
        middle = QWidget()
        middle.setObjectName("firstRunContent")
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(content, 100)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("firstRunScroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(middle)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _other_doors(self) -> QWidget:
        doors = QWidget()
        column = QVBoxLayout(doors)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(ImportCard(self._desk), 1)
        column.addWidget(self._try_door(), 1)
        return doors

    def _try_door(self) -> QWidget:
        button = secondary_button("Try it with a pretend X")
        button.clicked.connect(lambda: self._desk.window.pretend_x())
        door = WelcomeCard(
            "flask-conical",
            "Try it without X",
            "A pretend X on this computer, with sample accounts. Nothing leaves the machine.",
        )
        door.column.addSpacing(12)
        door.column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        door.column.addStretch(1)
        return door

    def _show_vault(self) -> None:
        vault = self._desk.vault
        self._where.setText(
            "A credential needs a safe place first. Nothing is kept until there is one."
            if vault.problem
            else f"Its credentials go into {mid_sentence(vault.name)} on this computer, "
            "and from there to wherever the bot runs."
        )


class PasteDoor(QWidget):
    """Takes the keys of an app in any shape: typed, pasted, or dropped as a file."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__()
        self._desk = desk
        self.setAcceptDrops(True)
        self._field = TextField(
            "Any shape works: two lines, a .env file, JSON.\nYou can also drop a file here."
        )
        self._field.setAccessibleName("Keys of your app")
        self._field.setAcceptDrops(False)
        self._field.textChanged.connect(self._typed)
        self._button = primary_button("Paste from clipboard", "clipboard-paste")
        self._button.clicked.connect(self._pressed)
        where = LinkButton("Where do I find them?")
        where.clicked.connect(lambda: desk.window.open_address(CONSOLE))
        door = WelcomeCard(
            "key-round",
            "Paste the keys of your app",
            "API key and secret, from the developer console of X.",
        )
        door.column.addSpacing(14)
        door.column.addWidget(self._field, 1)
        door.column.addSpacing(12)
        door.column.addWidget(
            ResponsiveRow(self._button, where, spacing=S, stretch=(0, 0), apart=True)
        )
        self._field.setMinimumHeight(148)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(door)

    def _typed(self) -> None:
        some = bool(self._field.toPlainText().strip())
        self._button.setText("Add this app" if some else "Paste from clipboard")

    def _pressed(self) -> None:
        text = self._field.toPlainText() or self._desk.clipboard.read_text()
        self._field.clear()
        self._desk.window.add_app(text)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        if not urls:
            self._desk.window.add_app(event.mimeData().text())
            return
        path = Path(urls[0].toLocalFile())
        self._desk.over_network(self, lambda _job: _read(path), self._desk.window.add_app)


def _read(path: Path) -> str:
    # A dozen formats' room, for somebody who drops a file.
    from twauth_gui.transfer.tools.found import NotLoadedError  # noqa: PLC0415
    from twauth_gui.transfer.tools.plain_file import read_start  # noqa: PLC0415

    try:
        return read_start(path, _MAX_FILE)[:_MAX_FILE].decode(errors="replace")
    except (OSError, NotLoadedError) as error:
        why = f"{path} is a folder, or it may not be read. Drop a text file with the keys in it."
        raise DiagnosedError(
            Diagnosis(ProblemKind.UNKNOWN, "The file was not read.", why)
        ) from error

"""The dialog that shows the guide."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser
from typing_extensions import override

from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.help.shortcuts import ShortcutsDialog
from twauth_gui.gui.parts.buttons import primary_button, secondary_button
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth
from twauth_gui.gui.theme.metrics import XL, XS, TextStyle, text_font
from twauth_gui.osfiles.resource_files import resource_path

_HEIGHT = 600


class GuidePage(QTextBrowser):
    """The guide's text, to scroll with the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Guide")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.document().setDocumentMargin(XL)
        self._show()

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self._show()

    def _show(self) -> None:
        self.document().setDefaultFont(text_font())
        self.setMarkdown(resource_path("guide.md").read_text("utf-8"))
        block = self.document().begin()
        while block.isValid():
            cursor = QTextCursor(block)
            form = block.blockFormat()
            if form.headingLevel():
                cursor.movePosition(
                    QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
                )
                style = cursor.charFormat()
                style.setFont(text_font(TextStyle.TITLE, strong=True))
                cursor.setCharFormat(style)
                form.setTopMargin(XL if block.blockNumber() else 0)
            _set_code_font(block)
            form.setLineHeight(130, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            form.setBottomMargin(XS)
            cursor.setBlockFormat(form)
            block = block.next()
        self.moveCursor(QTextCursor.MoveOperation.Start)


def _set_code_font(block: QTextBlock) -> None:
    """Show code as elsewhere in the window; Markdown takes the system's fixed font and its size."""
    parts = block.begin()
    while not parts.atEnd():
        fragment = parts.fragment()
        style = fragment.charFormat()
        if style.fontFixedPitch():
            style.setFont(text_font(TextStyle.MONO))
            cursor = QTextCursor(block)
            cursor.setPosition(fragment.position())
            cursor.setPosition(
                fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor
            )
            cursor.setCharFormat(style)
        parts += 1


class GuideDialog(Dialog):
    """How to use Twauth, in short."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Guide", width=DialogWidth.W640, height=_HEIGHT)
        page = GuidePage()
        self.set_body(page)
        keys = secondary_button("Keyboard shortcuts")
        keys.clicked.connect(lambda: context.dialogs.open(ShortcutsDialog()))
        done = primary_button("Done")
        done.clicked.connect(self.dismiss)
        self.add_left(keys)
        self.add_right(done)
        self.set_default(done)
        self.set_initial_focus(page)

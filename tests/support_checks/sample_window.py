"""A small window to try the screen reader's and the mouse's view on."""

from __future__ import annotations

import sys

from PySide6.QtCore import QStringListModel, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

ROWS = 10_000


class ModalOverlay(QWidget):
    """A child widget over the whole window, as modal as a dialog."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Remove the account?")
        self.setAutoFillBackground(True)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel("The bot loses its credentials."))
        close = QPushButton("Keep it")
        close.clicked.connect(self.close)
        layout.addWidget(close)
        self.setGeometry(parent.rect())
        self.show()
        close.setFocus()


class SampleWindow(QWidget):
    """Fields, buttons, a long list, many labels."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.setWindowTitle("Sample window")
        self.url = url
        self.status = QLabel("Nothing yet")
        self.handle = QLineEdit()
        self.secret = QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._fill()
        QShortcut(QKeySequence("Ctrl+K"), self, self._switcher)
        self.resize(900, 700)

    def _fill(self) -> None:
        form = QFormLayout()
        for name, field in (("Handle", self.handle), ("API secret", self.secret)):
            field.setAccessibleName(name)
            form.addRow(name, field)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(QCheckBox("Write access"))
        for name, slot in (
            ("Save", self._save),
            ("Remove…", self._remove),
            ("Help", self._help),
        ):
            button = QPushButton(name)
            button.clicked.connect(slot)
            layout.addWidget(button)
        layout.addWidget(self.status)
        self.accounts = QListView()
        self.accounts.setAccessibleName("Accounts")
        self.accounts.setUniformItemSizes(True)
        self.accounts.setModel(QStringListModel([f"@bot_{row}" for row in range(ROWS)], self))
        layout.addWidget(self.accounts)

    def _save(self) -> None:
        self.status.setText(f"Saved {self.handle.text()} with {len(self.secret.text())} characters")

    def _remove(self) -> None:
        ModalOverlay(self)

    def _help(self) -> None:
        QDesktopServices.openUrl(QUrl(self.url))

    def _switcher(self) -> None:
        self.status.setText("Switcher")


def main(url: str) -> int:
    app = QApplication(sys.argv[:1])
    window = SampleWindow(url)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

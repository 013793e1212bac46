"""Names that look like HTML, or hold control signs, show in the window as what they are."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as QtText
from PySide6.QtWidgets import QLabel, QWidget

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.health import Health, HealthState

HTML = "<b>x</b><img src='file:///nowhere.png'>"
EVIL = f"\u202e{HTML}\x1b[31m\nline"
_SIGNS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def looked_at(driver: WindowDriver) -> None:
    """Look at everything that is there."""
    for widget in driver.window.findChildren(QWidget):
        assert not _SIGNS.search(widget.toolTip()), widget
        assert "<img" not in widget.toolTip(), widget
        if isinstance(widget, QLabel):
            assert not _SIGNS.search(widget.text()), widget.text()
            plain = widget.textFormat() is Qt.TextFormat.PlainText
            assert plain or not QtText.mightBeRichText(widget.text()), widget.text()


def test_names_are_shown_as_they_are(driver: WindowDriver, installation: Installation) -> None:
    app = installation.services.apps.add(replace(installation.draft(), label=f"News{HTML}"))
    account = installation.sign_in(app)
    health = Health(HealthState.CANNOT_TELL, installation.now(), HTML)
    evil = replace(account, handle=f"fern{EVIL}", name=EVIL, note=EVIL, health=health)
    _ = installation.services.store.accounts.update(evil)
    driver.open()
    (row,) = driver.rows
    assert HTML in row
    driver.select(row)
    looked_at(driver)
    index = driver.view.model().index(0, 0)
    assert "<img" not in index.data(Qt.ItemDataRole.ToolTipRole)
    driver.press("Export…")
    driver.wait_for_text("Destination")
    looked_at(driver)
    driver.window.context.dialogs.close_all()
    driver.window.edit_app(app.id)
    driver.wait_for_text("Change app")
    looked_at(driver)

"""Names that look like HTML, or hold control signs, show in the window as what they are."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as QtText
from PySide6.QtWidgets import QLabel, QWidget

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.health import Health, HealthState

HTML = "<b>x</b><img src='file:///nowhere.png'>"
EVIL = f"\u202e{HTML}\x1b[31m\nline"
_SIGNS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def looked_at(desk: Driver) -> None:
    """Look at everything that is there."""
    for widget in desk.window.findChildren(QWidget):
        assert not _SIGNS.search(widget.toolTip()), widget
        assert "<img" not in widget.toolTip(), widget
        if isinstance(widget, QLabel):
            assert not _SIGNS.search(widget.text()), widget.text()
            plain = widget.textFormat() is Qt.TextFormat.PlainText
            assert plain or not QtText.mightBeRichText(widget.text()), widget.text()


def test_names_are_shown_as_they_are(desk: Driver, ground: Ground) -> None:
    app = ground.kit.apps.add(replace(ground.draft(), label=f"News{HTML}"))
    account = ground.sign_in(app)
    health = Health(HealthState.CANNOT_TELL, ground.now(), HTML)
    evil = replace(account, handle=f"fern{EVIL}", name=EVIL, note=EVIL, health=health)
    _ = ground.kit.store.accounts.update(evil)
    desk.open()
    (row,) = desk.rows
    assert HTML in row
    desk.select(row)
    looked_at(desk)
    index = desk.view.model().index(0, 0)
    assert "<img" not in index.data(Qt.ItemDataRole.ToolTipRole)
    desk.press("Export…")
    desk.wait_for("Destination")
    looked_at(desk)
    desk.window.desk.sheets.close_all()
    desk.window.edit_app(app.id)
    desk.wait_for("Change app")
    looked_at(desk)

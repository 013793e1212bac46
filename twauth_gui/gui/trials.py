"""Trials of what an installed program draws with: icons, style sheet, browser engine."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.assets import asset
from twauth_gui.gui.patience import Patience
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.webview.guard import reason_against
from twauth_gui.services.self_check import CheckFailedError

_ENGINE = "PySide6.QtWebEngineWidgets"
_NOWHERE = "http://127.0.0.1:9/callback"


def try_pictures(app: QApplication, look: Look) -> str:
    """Paint every icon in both themes, and fill the style sheet; gives the number of icons.

    Raises:
        CheckFailedError: one of them is missing or empty.
        FileNotFoundError: the style sheet is missing.
    """
    names = sorted(path.stem for path in asset("icons").glob("*.svg"))
    if not names:
        raise CheckFailedError("The icons are missing.")
    for theme in ("light", "dark"):
        look.set_override(theme)
        empty = [name for name in names if not _has_ink(look.pixmap(name).toImage())]
        if empty:
            raise CheckFailedError(f"Nothing is painted in {theme} for: {', '.join(empty)}.")
        if not look.plain and not app.styleSheet():
            raise CheckFailedError(f"The style sheet is empty in {theme}.")
    look.set_override(None)
    if not _has_ink(app.windowIcon().pixmap(64).toImage()):
        raise CheckFailedError("The program's own icon is empty.")
    return f"{len(names)} icons, light and dark"


def is_blank(image: QImage) -> bool:
    """Whether a picture has one colour throughout, as that of a widget that paints nothing."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)  # owns the bytes, so it has a name
    pixels = b"" if plain.isNull() else bytes(plain.constBits())
    return pixels == pixels[:4] * (len(pixels) // 4)


def _has_ink(image: QImage) -> bool:
    alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
    return not alpha.isNull() and any(bytes(alpha.constBits()))


def try_web_engine(patience: Patience, url: str) -> str:
    """Load a page in a private view; gives its title, or why that was left out.

    Raises:
        CheckFailedError: the page stays empty, or the profile would remember it.
        TimeUpError: the engine does not end loading.
    """
    root = sys.platform != "win32" and os.geteuid() == 0
    there = importlib.util.find_spec(_ENGINE) is not None
    reason = reason_against(os.environ, root=root)
    if reason and (root if there else not getattr(sys, "frozen", False)):
        return f"skipped: {reason}"
    if reason:
        raise CheckFailedError(reason)
    return _load(patience, url)


def _load(patience: Patience, url: str) -> str:
    from PySide6.QtWebEngineWidgets import QWebEngineView  # noqa: PLC0415 - loads Chromium

    from twauth_gui.gui.webview.view import PrivateView  # noqa: PLC0415 - loads Chromium

    private = PrivateView(Secret(url), _NOWHERE)
    loads: list[bool] = []
    try:
        view = private.findChild(QWebEngineView)
        if view is None:
            raise CheckFailedError("The private view has no browser in it.")

        def begin(end: Callable[[], None]) -> None:
            def loaded(ok: bool) -> None:  # noqa: FBT001 - the signature of the signal
                loads.append(ok)
                end()

            view.loadFinished.connect(loaded)
            private.show()

        patience.until(begin)
        title = view.title()
        if not view.page().profile().isOffTheRecord():
            raise CheckFailedError("The browser engine would remember what it shows.")
    finally:
        private.dismantle()
        private.close()
    if not loads[0] or not title:
        raise CheckFailedError("The browser engine loaded nothing.")
    return title

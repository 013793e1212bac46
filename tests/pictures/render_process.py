"""Render scenes of the stage: python -m tests.pictures.render_process VARIANT FOLDER [SCENE…].

Each scene gets a window of its own, which begins light and then changes its theme. Its dialog,
else the whole window, becomes a PNG in a folder of the theme, and which class of dialog it shows
is in dialogs.json beside those. Pictures for the documentation show the window around the dialog.
The environment comes from tests.pictures.gallery.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QTimer
from PySide6.QtGui import QCursor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from tests.journeys.stage import NOW, MotionlessStyle, fill_store, list_scenes, show_scene
from tests.journeys.stage_scenes import BARE_SCENES
from tests.journeys.stage_steps import hold_network, lay_out_again, wait_for, wait_idle
from tests.journeys.state_scenes import DETAIL_SCENES, HELD_SCENES, LIVE_SCENES, STATUS_SCENES
from tests.pictures.variants import DOCUMENTED, THEMES, VARIANTS, Variant
from tests.support.vaults import MemoryVault
from twauth_gui.app import make_application, open_window
from twauth_gui.gui.detail.detail_pane import DetailPane
from twauth_gui.gui.parts.status_bar import StatusBar
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.window import MainWindow
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import open_services

_POINTS = 9.75  # 13 pixels, as in the design
_PATH = os.environ["PATH"]
_UNCOMPRESSED = 100  # what Qt calls the quality of a PNG


class Renderer:
    """Shows one scene after the other in windows of one variant, and keeps their pictures."""

    def __init__(self, app: QApplication, variant: Variant, folder: Path) -> None:
        self._variant = variant
        self._folder = folder
        font = QFont("Inter")
        font.setPointSizeF(_POINTS * variant.text / 100)
        app.setFont(font)
        self._look = Look(app, THEMES[0])
        self._look.apply()
        app.setStyle(MotionlessStyle("Fusion"))
        app.setCursorFlashTime(0)
        QCursor.setPos(0, 0)  # where nothing shows that the pointer is over it
        self.dialogs: dict[str, str] = {}

    def list_names(self) -> list[str]:
        """Return the names of all scenes."""
        window, vault = self._open("main")
        names = {*BARE_SCENES, *list_scenes(window, vault)}
        self._close(window)
        return sorted(names - LIVE_SCENES)

    def render(self, scene: str) -> None:
        """Write the picture of a scene, and note its dialog."""
        window, vault = self._open(scene)
        try:
            self._take(window, vault, scene)
        finally:
            self._close(window)

    def _take(self, window: MainWindow, vault: MemoryVault, scene: str) -> None:
        if scene in HELD_SCENES:
            hold_network(window)
        show_scene(window, vault, scene)
        wait_idle(window)
        if QApplication.activePopupWidget() is None:
            lay_out_again(window)
        dialog = window.context.dialogs.top()
        self.dialogs[scene] = "" if dialog is None else type(dialog).__name__
        _restart_countdowns(window)
        for timer in window.findChildren(QTimer):
            timer.stop()
        part = dialog or _find_part(window, scene)
        for theme in THEMES:
            self._look.set_override(theme)
            wait_idle(window)
            picture = _grab_still(window)
            if part is not None and part.isVisible() and self._variant is not DOCUMENTED:
                picture = picture.copy(QRect(part.mapTo(window, QPoint(0, 0)), part.size()))
            assert picture.save(str(self._folder / theme / f"{scene}.png"), quality=_UNCOMPRESSED)
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()

    def _open(self, scene: str) -> tuple[MainWindow, MemoryVault]:
        self._look.set_override(THEMES[0])
        home = Path.home()
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        os.environ["PATH"] = _PATH  # which a scene changes
        vault = MemoryVault("GNOME Keyring")
        services = open_services(AppPaths(home / ".local/share/twauth"), vault, lambda: NOW)
        if scene not in BARE_SCENES:
            fill_store(services)
        window = open_window(services, self._look, lambda: NOW)
        window.resize(*self._variant.size)
        window.activateWindow()
        wait_for(window.isActiveWindow, "the active window")
        wait_idle(window)
        return window, vault

    def _close(self, window: MainWindow) -> None:
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def _restart_countdowns(window: MainWindow) -> None:
    """Show the whole time of a message that runs out, however long the scene took."""
    for bar in window.findChildren(StatusBar):
        message = bar.current_message()
        if message is not None and message.seconds:
            message.start()
            message.tick.emit()


def _find_part(window: MainWindow, scene: str) -> QWidget | None:
    """Return the part of the window that a scene is about; None for the whole window."""
    if scene in STATUS_SCENES:
        return window.findChild(StatusBar)
    return window.findChild(DetailPane) if scene in DETAIL_SCENES else None


def _grab_still(window: MainWindow) -> QPixmap:
    """Return the picture of a window once it is the same as the one before."""
    pictures = [_grab(window)]

    def is_still() -> bool:
        pictures.append(_grab(window))
        return pictures.pop(0).toImage() == pictures[0].toImage()

    wait_for(is_still, "a window that stands still")
    return pictures[0]


def _grab(window: MainWindow) -> QPixmap:
    """Return what a window with its open menu has painted; QWidget.grab lays hidden pages out."""
    picture = window.screen().grabWindow(window.winId())
    popup = QApplication.activePopupWidget()
    if popup is not None:
        painter = QPainter(picture)
        painter.drawPixmap(popup.pos() - window.pos(), popup.screen().grabWindow(popup.winId()))
        painter.end()
    return picture


def main(arguments: Sequence[str]) -> int:
    variants = {**VARIANTS, DOCUMENTED.name: DOCUMENTED}
    parser = argparse.ArgumentParser()
    parser.add_argument("variant", choices=variants)
    parser.add_argument("folder", type=Path)
    parser.add_argument("scenes", nargs="*")
    parser.add_argument("--share", type=int, default=0)
    parser.add_argument("--of", type=int, default=1)
    options = parser.parse_args(list(arguments))
    renderer = Renderer(make_application(), variants[options.variant], options.folder)
    failures: list[str] = []
    for scene in (options.scenes or renderer.list_names())[options.share :: options.of]:
        try:
            renderer.render(scene)
        except AssertionError as error:  # the others are still worth seeing
            failures.append(f"{scene}: {error}")
    (options.folder / "dialogs.json").write_text(json.dumps(renderer.dialogs))
    sys.stderr.write("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

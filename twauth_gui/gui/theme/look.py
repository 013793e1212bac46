"""The look of the running program."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from twauth_gui.gui.theme.icons import icon_pixmap
from twauth_gui.gui.theme.palettes import palette_of
from twauth_gui.gui.theme.qss import style_sheet
from twauth_gui.gui.theme.system import system_theme
from twauth_gui.gui.theme.tokens import DARK, LIGHT, Theme

_PROPERTY = "twauthLook"
_RATIOS = (1.0, 2.0)


class Look(QObject):
    """Owns theme, palette, style sheet. There is one; current_look() finds it.

    override is "light", "dark" or None, which follows the system.
    """

    changed = Signal()

    def __init__(self, app: QApplication, override: str | None = None) -> None:
        super().__init__(app)
        self._app = app
        self._override = override
        self._applied = False
        self._painted: tuple[Theme, bool] | None = None
        self._colours: dict[str, QColor] = {}
        self.theme: Theme = LIGHT
        self.plain = False
        app.setProperty(_PROPERTY, self)
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        app.fontChanged.connect(self._follow_font)
        if hasattr(hints, "accessibility"):
            hints.accessibility().contrastPreferenceChanged.connect(self._follow)

    def apply(self) -> None:
        """Set style, palette, style sheet; from now on follow the system."""
        if not self._applied:
            self._app.setStyle("Fusion")
        self._ask_scheme()
        self._applied = True
        self._follow()

    def stop(self) -> None:
        """Follow the system no longer; the last look stays."""
        self._applied = False

    @property
    def override(self) -> str | None:
        return self._override

    def set_override(self, override: str | None) -> None:
        """Choose "light" or "dark", or None to follow the system."""
        if override == self._override:
            return
        self._override = override
        self.apply()

    def colour(self, role: str) -> QColor:
        """Return the colour of a token."""
        found = self._colours.get(role)
        if found is None:
            found = self._colours[role] = QColor(self.theme.colour(role))
        return found

    def pixmap(
        self,
        name: str,
        role: str = "text-2",
        size: int = 16,
        *,
        filled: bool = False,
        dpr: float | None = None,
    ) -> QPixmap:
        """Paint an icon in a token's colour; dpr is the widget's devicePixelRatioF()."""
        ratio = self._app.devicePixelRatio() if dpr is None else dpr
        return icon_pixmap(name, self.theme.colour(role), size, ratio, filled=filled)

    def icon(
        self, name: str, role: str = "text-2", size: int = 16, *, filled: bool = False
    ) -> QIcon:
        """Return an icon for menus and stock widgets. Ask again when changed is sent."""
        icon = QIcon()
        for ratio in sorted({*_RATIOS, self._app.devicePixelRatio()}):
            icon.addPixmap(self.pixmap(name, role, size, filled=filled, dpr=ratio))
            off = self.pixmap(name, "text-off", size, filled=filled, dpr=ratio)
            icon.addPixmap(off, QIcon.Mode.Disabled)
        return icon

    def _ask_scheme(self) -> None:
        wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        scheme = wanted.get(self._override or "", Qt.ColorScheme.Unknown)
        if scheme is not Qt.ColorScheme.Unknown or self._app.property("twauthScheme"):
            self._app.setProperty("twauthScheme", scheme is not Qt.ColorScheme.Unknown)
            self._app.styleHints().setColorScheme(scheme)

    def _follow(self, *_args: object) -> None:
        if self._applied and self._painted != (self._chosen(), _wants_contrast(self._app)):
            self._paint()

    def _follow_font(self, *_args: object) -> None:
        if self._applied:
            self._paint()

    def _paint(self) -> None:
        self.plain = _wants_contrast(self._app)
        self._painted = (self._chosen(), self.plain)
        palette = palette_of(self._chosen())
        if self.plain:
            palette = self._app.style().standardPalette()
        self.theme = system_theme(palette) if self.plain else self._chosen()
        self._colours.clear()
        self._app.setPalette(palette)
        self._app.setStyleSheet("" if self.plain else style_sheet(self.theme))
        self.changed.emit()

    def _chosen(self) -> Theme:
        if self._override:
            return DARK if self._override == "dark" else LIGHT
        scheme = self._app.styleHints().colorScheme()
        return DARK if scheme is Qt.ColorScheme.Dark else LIGHT


def current_look() -> Look:
    """Return the look of the running program.

    Raises:
        RuntimeError: none has been made yet.
    """
    app = QApplication.instance()
    look = app.property(_PROPERTY) if app is not None else None
    if not isinstance(look, Look):
        raise RuntimeError("Make a Look before the first part.")  # noqa: TRY004 - of order, not of type
    return look


def _wants_contrast(app: QApplication) -> bool:
    hints = app.styleHints()
    if not hasattr(hints, "accessibility"):  # Qt before 6.10 does not know
        return False
    return hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast

"""The look of a window and of the application: theme, palette, style sheet, icons, motion."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from string import Template

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QMainWindow, QStyle, QWidget

from twauth_gui.gui.theme.colours import DARK, LIGHT, Theme, make_system_theme
from twauth_gui.gui.theme.metrics import TextStyle, scale_control_height, scale_height, scale_icon
from twauth_gui.osfiles.resource_files import resource_path

_Role = QPalette.ColorRole
_Group = QPalette.ColorGroup

_PALETTE_TOKENS = {
    _Role.Window: "window",
    _Role.Base: "base",
    _Role.AlternateBase: "page",
    _Role.Button: "card",
    _Role.WindowText: "text",
    _Role.Text: "text",
    _Role.ButtonText: "text",
    _Role.BrightText: "on-accent",
    _Role.PlaceholderText: "text-3",
    _Role.Highlight: "accent",
    _Role.HighlightedText: "on-accent",
    _Role.Accent: "accent",
    _Role.Link: "accent-text",
    _Role.LinkVisited: "accent-text",
    _Role.ToolTipBase: "card",
    _Role.ToolTipText: "text",
    _Role.Light: "card",
    _Role.Midlight: "line",
    _Role.Mid: "line-strong",
    _Role.Dark: "field-line",
    _Role.Shadow: "line-strong",
}


def make_palette(theme: Theme) -> QPalette:
    """Return the theme's palette; disabled WindowText stays legible, see parts.disabled_state."""
    palette = QPalette()
    for role, token in _PALETTE_TOKENS.items():
        palette.setColor(role, QColor(theme.colour(token)))
    for role in (_Role.Text, _Role.ButtonText):
        palette.setColor(_Group.Disabled, role, QColor(theme.text_off))
    return palette


_BORDERS = 2
_MENU_ICON = 16


def make_style_sheet(theme: Theme) -> str:
    """Return the style sheet with the theme's colours and the font's heights in pixels.

    Raises:
        KeyError: the template names an unknown value.
    """
    values = {
        field.name: value
        for field in fields(theme)
        if isinstance(value := getattr(theme, field.name), str)
    }
    height = scale_control_height()
    values["control"] = str(height - _BORDERS)
    values["control_focus"] = str(height - 2 * _BORDERS)
    values["menu_icon"] = str(scale_icon(_MENU_ICON))
    values["control_pin"] = str(scale_height(48, TextStyle.HEADING) - 2 * _BORDERS)
    template = resource_path("themes", "twauth.qss").read_text(encoding="utf-8")
    return Template(template).substitute(values)


_RATIOS = (1.0, 2.0)


_LARGE_ICON = 20  # from here on the stroke is thinner


@lru_cache(maxsize=128)
def read_icon(name: str) -> str:
    """Return the SVG text of a vendored icon.

    Raises:
        FileNotFoundError: there is no icon of that name.
    """
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def paint_icon(name: str, colour: str, size: int, dpr: float, *, filled: bool) -> QPixmap:
    """Paint an icon, size in logical pixels, for a screen with that pixel ratio."""
    svg = read_icon(name).replace("currentColor", colour)
    if size >= _LARGE_ICON:
        svg = svg.replace('stroke-width="2"', 'stroke-width="1.75"')
    if filled:
        svg = svg.replace('fill="none"', f'fill="{colour}"')
    pixmap = QPixmap(round(size * dpr), round(size * dpr))
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


class Look(QObject):
    """The theme of the windows it is handed to; it sets the application's palette and style sheet.

    An application has one of each: the Look that was applied last sets them.
    override is "light", "dark" or None, which follows the system.
    """

    def __init__(self, app: QApplication, override: str | None = None) -> None:
        super().__init__(app)
        self._app = app
        self._override = override
        self._applied = False
        self._applied_theme: tuple[Theme, bool] | None = None
        self._colours: dict[str, QColor] = {}
        self.theme: Theme = LIGHT
        self.is_high_contrast = False
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_changed)
        app.fontChanged.connect(self._on_font_changed)
        if hasattr(hints, "accessibility"):
            hints.accessibility().contrastPreferenceChanged.connect(self._on_system_changed)

    def apply(self) -> None:
        """Set style, palette and style sheet, and follow the system from now on."""
        if not self._applied:
            self._app.setStyle("Fusion")
        self._request_scheme()
        self._applied = True
        self._on_system_changed()

    def stop(self) -> None:
        """Stop following the system; the current look stays."""
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
        return paint_icon(name, self.theme.colour(role), size, ratio, filled=filled)

    def icon(self, name: str) -> QIcon:
        """Return an icon for menus and stock widgets; get it again when the look changes."""
        icon = QIcon()
        for ratio in sorted({*_RATIOS, self._app.devicePixelRatio()}):
            for role, mode in (("text-2", QIcon.Mode.Normal), ("text-off", QIcon.Mode.Disabled)):
                icon.addPixmap(self.pixmap(name, role, scale_icon(_MENU_ICON), dpr=ratio), mode)
        return icon

    def _request_scheme(self) -> None:
        wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        scheme = wanted.get(self._override or "", Qt.ColorScheme.Unknown)
        if scheme is not Qt.ColorScheme.Unknown or self._app.property("twauthScheme"):
            self._app.setProperty("twauthScheme", scheme is not Qt.ColorScheme.Unknown)
            self._app.styleHints().setColorScheme(scheme)

    def _on_system_changed(self, *_args: object) -> None:
        if self._applied and self._applied_theme != (
            self._chosen_theme(),
            _wants_high_contrast(self._app),
        ):
            self._apply_theme()

    def _on_font_changed(self, *_args: object) -> None:
        if self._applied:
            self._apply_theme()

    def _apply_theme(self) -> None:
        self.is_high_contrast = _wants_high_contrast(self._app)
        self._applied_theme = (self._chosen_theme(), self.is_high_contrast)
        palette = make_palette(self._chosen_theme())
        if self.is_high_contrast:
            palette = self._app.style().standardPalette()
        self.theme = make_system_theme(palette) if self.is_high_contrast else self._chosen_theme()
        self._colours.clear()
        self._app.setPalette(palette)
        self._app.setStyleSheet("" if self.is_high_contrast else make_style_sheet(self.theme))

    def _chosen_theme(self) -> Theme:
        if self._override:
            return DARK if self._override == "dark" else LIGHT
        scheme = self._app.styleHints().colorScheme()
        return DARK if scheme is Qt.ColorScheme.Dark else LIGHT


class LookWindow(QMainWindow):
    """A top-level window with the look that it was handed; whatever it contains takes that look."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look


def look_of(widget: QWidget) -> Look:
    """Return the look of the window that a widget is in, which is found through its parents.

    A widget under construction is in no window yet: ask when it is painted. When the look changes,
    changeEvent is called: Look sets the application's palette, then its style sheet.

    Raises:
        RuntimeError: none of its parents is a LookWindow.
    """
    window = widget.window()
    while not isinstance(window, LookWindow):
        owner = window.parentWidget()  # of a menu or another popup
        if owner is None:
            raise RuntimeError(f"{type(widget).__name__} is in no LookWindow, so it has no look.")
        window = owner.window()
    return window.look


def _wants_high_contrast(app: QApplication) -> bool:
    hints = app.styleHints()
    if not hasattr(hints, "accessibility"):  # Qt before 6.10 does not know
        return False
    return hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast


FADE_MS = 120


def is_motion_allowed(widget: QWidget) -> bool:
    """Whether the system's settings allow animations."""
    if not widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget):
        return False
    hints = QApplication.styleHints()
    if not hasattr(hints, "accessibility"):  # Qt before 6.10 does not know
        return True
    reduced = getattr(Qt, "MotionPreference", None)
    preference = getattr(hints.accessibility(), "motionPreference", None)
    return reduced is None or preference is None or preference() != reduced.ReducedMotion

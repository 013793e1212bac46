"""The palette that stock widgets take from a theme."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from twauth_gui.gui.theme.tokens import Theme

_Role = QPalette.ColorRole
_Group = QPalette.ColorGroup

_ROLES = {
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


def palette_of(theme: Theme) -> QPalette:
    """Fill a palette; WindowText stays legible when disabled, see gui.parts.off."""
    palette = QPalette()
    for role, token in _ROLES.items():
        palette.setColor(role, QColor(theme.colour(token)))
    for role in (_Role.Text, _Role.ButtonText):
        palette.setColor(_Group.Disabled, role, QColor(theme.text_off))
    return palette

"""A theme made of the system's own colours, for high contrast."""

from __future__ import annotations

from PySide6.QtGui import QPalette

from twauth_gui.gui.theme.tokens import LIGHT, Theme


def system_theme(palette: QPalette) -> Theme:
    """Map every token onto the palette: paper, ink, highlight; no colour of our own."""
    paper = palette.color(QPalette.ColorRole.Window).name()
    base = palette.color(QPalette.ColorRole.Base).name()
    ink = palette.color(QPalette.ColorRole.WindowText).name()
    mark = palette.color(QPalette.ColorRole.Highlight).name()
    on_mark = palette.color(QPalette.ColorRole.HighlightedText).name()
    off = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText).name()
    inks = "line line_strong field_line text text_2 text_3 accent_text ok ok_mark warn warn_mark"
    more = "warn_line bad bad_mark bad_line busy busy_mark none none_mark"
    papers = "window page inset hover hover_side pressed accent_soft ok_soft warn_soft bad_soft"
    return Theme(
        name="system",
        base=base,
        card=base,
        text_off=off,
        accent=mark,
        accent_hover=mark,
        danger=mark,
        danger_hover=mark,
        on_accent=on_mark,
        scrim=LIGHT.scrim,
        hues=((paper, ink),) * 8,
        **dict.fromkeys(f"{inks} {more}".split(), ink),
        **dict.fromkeys(f"{papers} busy_soft none_soft".split(), paper),
    )

"""The colour themes: light, dark, and the system's own for high contrast."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QPalette

Hue = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours; the token "text-2" is the attribute text_2.

    Values are #RRGGBB, the scrim #AARRGGBB. Each health state has a colour for its text, its
    mark, its soft background (soft), and the border of that (line).
    """

    name: str
    window: str
    base: str
    page: str
    card: str
    inset: str
    hover: str
    hover_side: str
    pressed: str
    line: str
    line_strong: str
    field_line: str
    text: str
    text_2: str
    text_3: str
    text_off: str
    accent: str
    accent_hover: str
    accent_text: str
    accent_soft: str
    on_accent: str
    danger: str
    danger_hover: str
    ok: str
    ok_mark: str
    ok_soft: str
    warn: str
    warn_mark: str
    warn_soft: str
    warn_line: str
    bad: str
    bad_mark: str
    bad_soft: str
    bad_line: str
    busy: str
    busy_mark: str
    busy_soft: str
    none: str
    none_mark: str
    none_soft: str
    scrim: str
    hues: tuple[Hue, ...]

    def colour(self, role: str) -> str:
        """Return the colour of a token, named with hyphens or underscores.

        Raises:
            KeyError: there is no such token.
        """
        value = getattr(self, role.replace("-", "_"), None)
        if not isinstance(value, str) or not value.startswith("#"):
            raise KeyError(role)
        return value

    def hue(self, number: int) -> Hue:
        """Return the background and text colour of one of the eight hues."""
        return self.hues[number % len(self.hues)]


LIGHT = Theme(
    name="light",
    window="#F1F2F5",
    base="#FFFFFF",
    page="#F7F8FA",
    card="#FFFFFF",
    inset="#ECEEF2",
    hover="#F1F2F5",
    hover_side="#E6E8ED",
    pressed="#DFE2E8",
    line="#E2E4E9",
    line_strong="#CBCFD7",
    field_line="#7E8491",
    text="#1A1C21",
    text_2="#4D525D",
    text_3="#626874",
    text_off="#9A9FAA",
    accent="#2B59D1",
    accent_hover="#234CB8",
    accent_text="#2B59D1",
    accent_soft="#E4EBFC",
    on_accent="#FFFFFF",
    danger="#B42A22",
    danger_hover="#9A211A",
    ok="#157346",
    ok_mark="#1E9A5F",
    ok_soft="#E5F4EB",
    warn="#855500",
    warn_mark="#B87400",
    warn_soft="#FCF1D9",
    warn_line="#E8CF94",
    bad="#B42A22",
    bad_mark="#D0382E",
    bad_soft="#FCEAE8",
    bad_line="#EFC0BB",
    busy="#2B59D1",
    busy_mark="#2B59D1",
    busy_soft="#E4EBFC",
    none="#626874",
    none_mark="#7A808D",
    none_soft="#ECEEF2",
    scrim="#6B14161C",
    hues=(
        ("#FFD6D5", "#7F3437"),
        ("#FEDBC4", "#7A3D02"),
        ("#EDE3BE", "#624E00"),
        ("#CCEDD2", "#175F2F"),
        ("#BEEEEA", "#00615D"),
        ("#C4E9FF", "#005781"),
        ("#DFDFFF", "#4B4586"),
        ("#F9D7F0", "#723766"),
    ),
)

DARK = Theme(
    name="dark",
    window="#141619",
    base="#1A1C20",
    page="#16181B",
    card="#1E2125",
    inset="#26292F",
    hover="#23262B",
    hover_side="#202327",
    pressed="#2E3238",
    line="#2B2E34",
    line_strong="#41464F",
    field_line="#747B88",
    text="#E8EAED",
    text_2="#B2B7C0",
    text_3="#949AA6",
    text_off="#666C77",
    accent="#3A69E0",
    accent_hover="#335FD0",
    accent_text="#8FB1FF",
    accent_soft="#22304F",
    on_accent="#FFFFFF",
    danger="#C8372D",
    danger_hover="#B42E25",
    ok="#58C894",
    ok_mark="#45B882",
    ok_soft="#17302A",
    warn="#EDB458",
    warn_mark="#E0A443",
    warn_soft="#352A17",
    warn_line="#5A4620",
    bad="#FF8A80",
    bad_mark="#F2665B",
    bad_soft="#3A2021",
    bad_line="#633234",
    busy="#8FB1FF",
    busy_mark="#8FB1FF",
    busy_soft="#22304F",
    none="#949AA6",
    none_mark="#949AA6",
    none_soft="#26292F",
    scrim="#94000000",
    hues=(
        ("#5C3232", "#FFCCCA"),
        ("#59361E", "#FBD1B6"),
        ("#4A3F14", "#E7DBAE"),
        ("#26492E", "#C0E7C6"),
        ("#054A47", "#ADE8E3"),
        ("#19455C", "#B5E2FD"),
        ("#3C3B5F", "#D6D6FF"),
        ("#54334D", "#F5CCEB"),
    ),
)


def make_system_theme(palette: QPalette) -> Theme:
    """Return a theme of the palette's colours only: paper, ink, highlight."""
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

"""The variants that every scene is rendered in."""

from __future__ import annotations

from dataclasses import dataclass

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Variant:
    """A size of text in per cent, and the window's size in pixels; each is rendered in all themes.

    Large text is stored at half the scale, where a line of it is as high as one of normal text.
    """

    name: str
    text: int
    size: tuple[int, int]

    @property
    def shrink(self) -> int:
        """By what both sides are divided before a picture is stored."""
        return self.text // 100


# By size of text in per cent: the window's size in pixels, narrow and wide.
_SIZES = {
    100: {"wide": (1120, 760), "narrow": (640, 760)},
    200: {"wide": (1600, 1000), "narrow": (640, 960)},
}
VARIANTS = {
    name: Variant(name, text, size)
    for text, widths in _SIZES.items()
    for width, size in widths.items()
    for name in (f"{text}-{width}",)
}

DOCUMENTED = Variant("documented", 100, (1120, 720))
"""For the documentation, besides: the window around a dialog as well."""

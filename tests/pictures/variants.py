"""The variants that every scene is rendered in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """A theme, a size of text in per cent, and the window's size in pixels.

    Large text is stored at half the scale, where a line of it is as high as one of normal text.
    """

    name: str
    theme: str
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
    name: Variant(name, theme, text, size)
    for theme in ("light", "dark")
    for text, widths in _SIZES.items()
    for width, size in widths.items()
    for name in (f"{theme}-{text}-{width}",)
}

# For the documentation, besides.
DOCUMENTED = {
    f"documented-{theme}": Variant(f"documented-{theme}", theme, 100, (1120, 720))
    for theme in ("light", "dark")
}

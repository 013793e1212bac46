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


# Each theme with each size of text, each of these with each width, and each theme with each width:
# four variants of eight, because colours do not depend on sizes.
VARIANTS = {
    one.name: one
    for one in (
        Variant("light-100-wide", "light", 100, (1120, 760)),
        Variant("dark-100-narrow", "dark", 100, (640, 760)),
        Variant("dark-200-wide", "dark", 200, (1600, 1000)),
        Variant("light-200-narrow", "light", 200, (640, 960)),
    )
}

# For the documentation, besides.
DOCUMENTED = {
    f"documented-{theme}": Variant(f"documented-{theme}", theme, 100, (1120, 720))
    for theme in ("light", "dark")
}

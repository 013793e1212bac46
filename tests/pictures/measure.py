"""Measure how different two pictures look, so that anti-aliasing is no difference."""

from __future__ import annotations

from functools import cache
from typing import cast

from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFilter

_STEP = 8  # tones of a channel that become one, for small files
_BLUR = 0.8  # pixels; what anti-aliasing moves stays in its place
_BLOCK = 8  # pixels
_LIMIT = 10  # of 255, the mean difference of a block that an eye notices
_FLAT_LIMIT = 2  # of 255, if every pixel of an area differs: its colour is another one
_FLAT = 16  # pixels
_ALL = 254  # of 255: the mean of a block of which every pixel is white is above it
_GAP = 16  # pixels between pictures that are side by side


def reduce_tones(picture: Image.Image) -> Image.Image:
    """Return the picture with 32 tones a channel; white stays white and black black."""
    table = [min(255, (tone + _STEP // 2) // _STEP * _STEP) for tone in range(256)]
    return map_tones(picture.convert("RGB"), table)


def map_tones(picture: Image.Image, table: list[int]) -> Image.Image:
    """Return the picture with each tone of each channel replaced by its entry of the table."""
    return picture.point(table * len(picture.getbands()))  # pyright: ignore[reportUnknownMemberType]


def find_difference(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int] | None:
    """Return the box around what looks different, in pixels; None if nothing does.

    The pictures are compared in CIELAB, where equal distances look equally large, blurred a
    little. Two things count: the mean difference of a block (blocks overlap by half, so that no
    edge of theirs hides one), and whether every pixel of a larger one differs,
    as where a colour is another one.
    """
    if one.size != other.size:
        return (0, 0, max(one.width, other.width), max(one.height, other.height))
    if one.tobytes() == other.tobytes():
        return None
    distance = _distance(one, other)
    boxes = [_find_blocks(distance, _BLOCK, _LIMIT, shift) for shift in (0, _BLOCK // 2)]
    everywhere = map_tones(distance, _cut_at(_FLAT_LIMIT))
    boxes.append(_find_blocks(everywhere, _FLAT, _ALL, 0))
    found = [box for box in boxes if box is not None]
    if not found:
        return None
    lefts, tops, rights, bottoms = zip(*found, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def place_side_by_side(
    actual: Image.Image, approved: Image.Image, box: tuple[int, int, int, int]
) -> Image.Image:
    """Return both pictures with a frame around the box, and their difference."""
    pictures = [actual.convert("RGB"), approved.convert("RGB")]
    for one in pictures:
        ImageDraw.Draw(one).rectangle(box, outline="#f0f", width=2)
    if actual.size == approved.size:
        louder = [min(255, tone * 4) for tone in range(256)]
        pictures.append(map_tones(_distance(actual, approved), louder))
    width = sum(one.width + _GAP for one in pictures) - _GAP
    sheet = Image.new("RGB", (width, max(one.height for one in pictures)), "#888")
    left = 0
    for one in pictures:
        sheet.paste(one, (left, 0))
        left += one.width + _GAP
    return sheet


def _distance(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return the sum of the differences in lightness and both colours, 0 to 255, by pixel."""
    parts = ImageChops.difference(_lab(one), _lab(other)).split()
    return ImageChops.add(ImageChops.add(parts[0], parts[1]), parts[2])


def _lab(picture: Image.Image) -> Image.Image:
    blurred = picture.convert("RGB").filter(ImageFilter.GaussianBlur(_BLUR))
    done = cast("Image.Image", ImageCms.applyTransform(blurred, _to_lab()))
    return Image.merge("RGB", done.split())  # the operations on channels know no other mode


@cache
def _to_lab() -> ImageCms.ImageCmsTransform:
    screen, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return ImageCms.buildTransform(screen, lab, "RGB", "LAB")  # pyright: ignore[reportUnknownArgumentType]


def _cut_at(limit: int) -> list[int]:
    return [255 if tone > limit else 0 for tone in range(256)]


def _find_blocks(
    picture: Image.Image, side: int, limit: int, shift: int
) -> tuple[int, int, int, int] | None:
    """Return the box around the blocks whose mean is above the limit; they begin at shift."""
    shifted = picture.crop((shift, shift, picture.width, picture.height))
    box = map_tones(shifted.reduce(side), _cut_at(limit)).getbbox()
    if box is None:
        return None
    left, top, right, bottom = (edge * side + shift for edge in box)
    return left, top, min(right, picture.width), min(bottom, picture.height)

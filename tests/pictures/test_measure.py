"""The measure of pictures notices what an eye notices, and no anti-aliasing."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.pictures.gallery import APPROVED
from tests.pictures.measure import find_difference, map_tones, place_side_by_side, reduce_tones

Change = Callable[[Image.Image], Image.Image]


def _shift(box: tuple[int, int, int, int], by: tuple[int, int]) -> Change:
    def change(picture: Image.Image) -> Image.Image:
        picture.paste(picture.crop(box), (box[0] + by[0], box[1] + by[1]))
        return picture

    return change


def _swap_colours(picture: Image.Image) -> Image.Image:
    """Give a health mark the colour of another state, with the same lightness."""
    red, green, blue = picture.crop(MARK).split()
    picture.paste(Image.merge("RGB", (green, red, blue)), MARK[:2])
    return picture


def _cut_word(picture: Image.Image) -> Image.Image:
    _, top, right, bottom = WORD
    picture.paste(picture.crop((right, top, right + 12, bottom)), (right - 12, top))
    return picture


def _tint(picture: Image.Image) -> Image.Image:
    return map_tones(picture, [max(0, tone - 8) for tone in range(256)])


def _add_noise(picture: Image.Image) -> Image.Image:
    """Change the edges of letters by what another version of a rasteriser does."""
    chance, pixels = random.Random(7), picture.load()  # noqa: S311 - no secret
    assert pixels is not None
    for x in range(1, picture.width):
        for y in range(1, picture.height):
            tone = pixels[x, y]
            assert isinstance(tone, tuple)
            beside = pixels[x - 1, y]
            assert isinstance(beside, tuple)
            if abs(tone[1] - beside[1]) > 12:
                moved = chance.randint(-14, 14)
                pixels[x, y] = tuple(max(0, min(255, one + moved)) for one in tone)
    return picture


BUTTON, MARK, WORD = (428, 16, 532, 46), (556, 101, 570, 116), (576, 100, 624, 116)


@pytest.fixture(params=["main-light", "main-dark"])
def picture(request: pytest.FixtureRequest) -> Image.Image:
    path = Path(APPROVED).parents[2] / "docs" / "pictures" / f"{request.param}.png"
    with Image.open(path) as opened:
        return opened.convert("RGB").crop((0, 0, 700, 160))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_shift(BUTTON, (1, 0)), id="button one pixel to the right"),
        pytest.param(_shift(BUTTON, (0, 1)), id="button one pixel down"),
        pytest.param(_swap_colours, id="colour of a mark"),
        pytest.param(_cut_word, id="end of a word missing"),
        pytest.param(_tint, id="everything a little darker"),
    ],
)
def test_a_change_is_noticed_where_it_is(picture: Image.Image, change: Change) -> None:
    changed = reduce_tones(change(picture.copy()))
    box = find_difference(changed, reduce_tones(picture))
    assert box is not None
    sheet = place_side_by_side(changed, picture, box)
    assert sheet.width > 3 * picture.width


def test_noise_at_the_edges_of_letters_is_none(picture: Image.Image) -> None:
    changed = reduce_tones(_add_noise(picture.copy()))
    assert changed != reduce_tones(picture)
    assert find_difference(changed, reduce_tones(picture)) is None


def test_another_size_is_a_change(picture: Image.Image) -> None:
    wider = Image.new("RGB", (picture.width + 1, picture.height))
    assert find_difference(wider, picture) == (0, 0, *wider.size)

"""A run of checks tells how many of them X bills before it asks about the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.services import oauth2_ground
from tests.services.ground import Ground
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.services.check_many import CheckProgress
from twauth_gui.services.kit import wall_clock


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return wall_clock  # the sandbox counts the life of tokens by it


def reports(ground: Ground) -> list[CheckProgress]:
    made: list[CheckProgress] = []
    ids = [account.id for account in ground.kit.store.accounts.all()]
    ground.kit.many_checker.check(ids, CancelToken(), made.append)
    return made


def test_the_reads_are_told_first(ground: Ground) -> None:
    app = oauth2_ground.add_app(ground)
    oauth2_ground.sign_in(ground, app)
    ground.sign_in(app, "marsh_weather")
    assert {one.reads for one in reports(ground)} == {0}, "the pretend X bills nothing"
    oauth2_ground.move_out_of_reach(ground, app)
    told = reports(ground)
    assert {one.reads for one in told} == {1}
    assert (told[0].done, told[0].total) == (0, 2)
    words = told[0].words(wall_clock())
    assert words == "Checked 0 of 2, up to 1 of them billed by X as user reads"

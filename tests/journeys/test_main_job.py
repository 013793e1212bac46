"""The main job works from the empty window to posting bots, and leaks nothing on its way."""

from __future__ import annotations

import pytest

from tests.journeys.main_job import MainJob
from tests.support.desktop import Desktop
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey


def test_three_bots_from_the_first_key_to_the_first_post(
    desktop: Desktop, sandbox: Sandbox
) -> None:
    steps: list[str] = []
    MainJob(desktop, sandbox, notice=steps.append).run()
    assert len(steps) == 9

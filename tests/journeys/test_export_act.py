"""Accounts from a .twurlrc post with six clients, each from a shape that it reads."""

from __future__ import annotations

import pytest

from tests.journeys.export_act import ExportAct
from tests.support.desktop import Desktop
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey


def test_accounts_from_a_twurlrc_post_with_six_clients(desktop: Desktop, sandbox: Sandbox) -> None:
    steps: list[str] = []
    ExportAct(desktop, sandbox, notice=steps.append).run()
    assert len(steps) == 12

"""Prove that a web page inside a window can be read, clicked, typed into like the window."""

from __future__ import annotations

import sys

import pytest

from tests.support.desktop import Desktop
from tests.support.processes import require_isolation
from tests.support.screen_reader import Screen
from tests.support_checks.conftest import REPOSITORY, sign_in_url
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey


def test_sign_in_by_mouse_and_keyboard(desktop: Desktop) -> None:
    require_isolation()
    with Sandbox(0) as sandbox:
        url = sign_in_url(sandbox, "oob")
        argv = [sys.executable, "-m", "tests.support_checks.sample_web_window", url]
        program = desktop.start(argv, PYTHONPATH=str(REPOSITORY))
        with Screen(desktop, program.pid) as screen:
            page = screen.find("web document", name_contains="Log in", seconds=20)
            screen.find("text", "Handle", within=page).retype("oldquay_books")
            screen.find("text", "Password", within=page).type("any password")
            screen.find("push button", "Log in", within=page).click()
            screen.find("push button", "Allow").click()
            screen.find("heading", name_contains="is allowed")
            digits = [node.name for node in screen.find_all("label") if node.name.isdigit()]
            assert [len(pin) for pin in digits] == [7]
            assert screen.find_all("label", "Sign in here")
        program.kill()

"""No page makes the window wait in a dialog of its own, and the view can go at any time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import require_isolation
from tests.webview.dialog_pages_process import PAGES, PAGES_WITHOUT_BANNER

REPOSITORY = Path(__file__).resolve().parents[2]
BROWSER = "Use your browser"


@pytest.mark.journey
def test_what_a_page_wants_is_answered_here(tmp_path: Path) -> None:
    require_isolation()
    done = subprocess.run(
        [sys.executable, "-m", "tests.webview.dialog_pages_process", str(tmp_path)],
        env={**os.environ, "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "C-canary" not in done.stderr  # in the window that is the log
    reports: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    assert set(reports) == {*PAGES, "again", "crash", "certificate", "proxy"}
    assert not {name: one["windows"] for name, one in reports.items() if one["windows"]}
    words = {name: one["words"] for name, one in reports.items()}
    assert {name for name, text in words.items() if not text} == {*PAGES_WITHOUT_BANNER, "again"}

    assert words["alert"] == "Message from 127.0.0.1. “Hello there”"
    assert reports["alert"]["title"] == reports["long"]["title"] == "went on"
    assert words["long"] == f"Message from 127.0.0.1. “{'x' * 199}…”"
    for name, answer in (("confirm", "false"), ("prompt", "null")):
        assert reports[name]["title"] == answer
        assert words[name].startswith("Question from 127.0.0.1. “")
        assert reports[name]["button"] == BROWSER
    for name in ("flood", "questions"):
        assert words[name] == "The page kept opening messages. So it was closed."
        assert reports[name]["button"] == "Open it again"
        assert not reports[name]["open"]
    assert reports["again"]["open"]
    for name in ("file", "open", "save"):
        assert words[name] == "This page asks for a file. Signing in needs no file, so it got none."
    assert reports["open"]["title"] == reports["save"]["title"] == "AbortError"

    assert words["http"].startswith("The page wants to go on to x.com without encryption.")
    assert words["crash"].startswith("The page stopped working.")
    assert words["certificate"].startswith("The certificate of 127.0.0.1 cannot be trusted")
    assert words["proxy"].startswith("The proxy asks for a user name and password.")
    assert reports["plain"]["lock"] == "On this computer, not encrypted"
    for name in ("http", "certificate", "proxy"):
        assert reports[name]["lock"] == "Not checked", name

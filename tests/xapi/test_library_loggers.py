"""Proves that the libraries write no secret to a log, even if the root logger is at DEBUG."""

from __future__ import annotations

import subprocess
import sys


def test_quieting_loads_no_library() -> None:
    program = (
        "import sys; from twauth_gui.xapi.redaction import silence_library_loggers;"
        "silence_library_loggers();"
        "import twauth_gui.xapi.health;"
        "sys.exit(any(name in sys.modules for name in ('tweepy', 'requests', 'oauthlib')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

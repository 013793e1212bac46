"""Proves that the examples of docs/bots.md work as they stand, each in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.prepared import sign_in
from tests.support.command import CALL_SECONDS, ROOT, TwauthCommand

pytestmark = pytest.mark.keychain

_EXAMPLE = re.compile(r"^### (.+?)\n.*?^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Celery's decorator leaves the function callable as it is.
_CELERY = "def shared_task(task):\n    return task\n"
_WHAT_FOLLOWS = {
    "A script": "",
    "Another library than tweepy": "",
    "Django": "print(get_tweepy_client() is get_tweepy_client())",
    "Celery": "post('@fernwick_news', 'From a task')",
    "A notebook": "print(bot.verify_credentials().screen_name)",
}
_PRINTED = {
    "Another library than tweepy": "fernwick_news\n",
    "Django": "True\n",
    "A notebook": "fernwick_news\n",
}


def test_the_examples_work(twauth: TwauthCommand, app: str, tmp_path: Path) -> None:
    sign_in(twauth.env, app, "fernwick_news")
    (tmp_path / "celery.py").write_text(_CELERY)
    examples = dict(_EXAMPLE.findall((ROOT / "docs" / "bots.md").read_text(encoding="utf-8")))
    assert examples.keys() == _WHAT_FOLLOWS.keys()
    for title, example in examples.items():
        done = subprocess.run(
            [sys.executable, "-c", f"{example}\n{_WHAT_FOLLOWS[title]}"],
            env={**twauth.env, "PYTHONPATH": f"{ROOT}:{tmp_path}"},
            capture_output=True,
            text=True,
            check=False,
            timeout=CALL_SECONDS,
        )
        assert (done.returncode, done.stderr) == (0, ""), title
        assert done.stdout == _PRINTED.get(title, ""), title

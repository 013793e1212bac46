"""A Django project with one model, which loads an exported fixture into SQLite."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from tests.support.processes import require_program
from tests.transfer.export_readers import SYSTEM_PYTHON, run

_ROOT = Path(__file__).parents[2]
_MODELS = """
from django.db import models
class Bot(models.Model):
    screen_name = models.CharField(max_length=50)
    twitter_access_token = models.CharField(max_length=100)
    twitter_access_token_secret = models.CharField(max_length=100)
"""
_PROGRAM = """
import sys
import django
from django.conf import settings
sys.path += sys.argv[1:3]  # tweepy, this repository
own = {}
exec(open("local_settings.py").read(), own)
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["bots"], DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True,
    **{name: value for name, value in own.items() if name.startswith("TWITTER_")})
django.setup()
from django.core.management import call_command
from django.db import connection
from bots.models import Bot
from example import get_tweepy_client
with connection.schema_editor() as editor:
    editor.create_model(Bot)
call_command("loaddata", "accounts.json", verbosity=0)
call_command("loaddata", "accounts.json", verbosity=0)
for bot in Bot.objects.order_by("pk"):
    client = get_tweepy_client(bot)
    if sys.argv[3:]:
        from tests.journeys.bot import RedirectedSession
        client.session = RedirectedSession(sys.argv[3])
        print(client.create_tweet(text=sys.argv[4]).data["id"])
    else:
        print(bot.pk, bot.screen_name, client.consumer_key, client.consumer_secret,
              client.access_token, client.access_token_secret)
"""


def run_django(folder: Path, fixture: str, settings: str, *post: str) -> str:
    """Load a fixture of the model bots.bot, and take the client of docs/export.md for each bot.

    post: the API's URL and a text that each bot posts; without it the keys are printed.
    """
    page = (_ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (folder / "bots").mkdir()
    for name, content in {
        "bots/__init__.py": "",
        "bots/models.py": _MODELS,
        "accounts.json": fixture,
        "local_settings.py": settings,
        "example.py": example,
        "program.py": _PROGRAM,
    }.items():
        (folder / name).write_text(content, encoding="utf-8")
    tweepy = find_spec("tweepy")
    assert tweepy
    assert tweepy.origin
    libraries = str(Path(tweepy.origin).parents[1])
    python = [require_program(SYSTEM_PYTHON), "-W", "ignore", "program.py"]
    return run([*python, libraries, str(_ROOT), *post], cwd=folder)

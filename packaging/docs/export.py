"""Write docs/export.md: every preset and every syntax, from the tables that export reads.

`make docs` runs it; a test compares page() with the file.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

from tests.transfer.export_readers import READERS, TOOL_READERS
from twauth_gui.transfer.export_presets import ROTATION_NOTE, ExportPreset, FileSyntax
from twauth_gui.transfer.export_renderer import PreviewEntry, render_preview
from twauth_gui.transfer.export_syntaxes.table import SYNTAXES
from twauth_gui.transfer.preset_catalog import builtin_presets
from twauth_gui.transfer.preset_files import format_preset

_FILE = Path(__file__).parents[2] / "docs" / "export.md"
_ENTRY = PreviewEntry("fernwick_news", "Fernwick Daily", "1600000000000000003", "Newsroom")
_HEAD = """# Export

A preset says which names a program reads, and in which syntax. `twauth export --preset ID` and
*Export…* write it; `twauth presets` lists them. This page comes from the presets themselves:
`python packaging/docs/export.py`.

    twauth export @fernwick_news --preset x --output .env
    twauth export @fernwick_news @marsh_weather --preset json-map --output accounts.json
    twauth export @fernwick_news @marsh_weather --output 'bots/{handle}.env'

The bearer token is left out unless you ask for it (`--bearer`). A program on this computer needs
no file at all: `twauth run @fernwick_news -- COMMAND`.

## Into an existing file

`--merge` keeps what else is in a file: every line, comment, quote and line ending. Names that are
there get their new values in their places, the others are added. It shows which names change, never
a value, and asks:

    twauth export @fernwick_news --preset x --output .env --merge --backup --gitignore

This works for `.env` files and the others with NAME=VALUE lines (shell, systemd, Docker,
.Renviron), .properties, JSON (MCP clients' files too), YAML, TOML and INI. What could be damaged is
refused with a sentence: a name that is there twice, a value of several lines in the place of a new
one, anchors and tags of YAML on the way to a name, inline tables of TOML, JSON with comments,
encrypted files. The result is read back before it is written; `--dry-run` writes nothing.

- The file is written whole or not at all, with mode 0600 or a stricter one that it had. If other
  users could read it before, that is said, because a program of theirs cannot do so any more.
- If another program changes it between the question and the answer, nothing is written.
- `--backup` keeps the old file as `.env.bak`, or with a number if there is one.
- If git would take the file, Twauth says so, and `--gitignore` adds it to the nearest .gitignore.
  It also warns of folders that Dropbox, OneDrive, iCloud Drive, Google Drive, Nextcloud, Syncthing
  and others copy elsewhere, and of folders in which others can replace the file.

In the window: *File*, *Save file*. A file that is there already, or in a risky place, is shown
first: *Merge into it* or *Replace it* with the names that change, *Keep a back-up beside it*, each
warning with the button that helps. The file of the last export of an account is suggested. A preset
that makes several files asks for their folder, lists them, and names each that would be replaced.

## Several accounts

`--several` tells them apart in another way than the preset does:

| | |
|---|---|
| `prefix` | `FERNWICK_NEWS_X_API_KEY` |
| `suffix` | `X_API_KEY_FERNWICK_NEWS` |
| `number` | `X_API_KEY_1`, in the order of the command line |
| `file` | a file for each account; `{handle}`, `{app}` or `{tag}` in its name does the same |
| `array` | a list of objects, each with its handle |
| `map` | an object or a section for each account, by handle |

A handle that is under two apps gets a number: `fernwick_news_2`.

## Other names and options

`--set NAME=VALUE` changes a name or an option of a preset for one export. NAME is one of the keys
below `twauth presets show ID`, such as `access_token`; an empty VALUE leaves that name out.

    twauth export @fernwick_news --preset x --set access_token=X_TOKEN --set access_secret=X_SECRET

## Your own presets

    twauth presets duplicate classic-bot my-bot
    twauth presets edit my-bot
    twauth presets show my-bot > my-bot.toml      # to share it
    twauth presets add my-bot.toml

In the window: *New preset…* below the list of presets, or the menu beside it, which F2 (edit),
Delete and the context menu of the list reach as well. The preview follows each key; what is wrong
stands beside its field. *Copy as text* and *Save to share…* leave out the comments of your file.
*Import presets…* takes a file or pasted text. A file that cannot be used stays in the list, with
the reason and *Show in folder*.

They are TOML files in the folder `presets` of the data folder, one for each, and contain no
secret:

"""
_OAUTH2 = f"""## OAuth 2.0 in deployments

{textwrap.fill(ROTATION_NOTE, 98)} An access token works for two hours. Every export that has a
refresh token says this, in the command and in the window, which has the line to copy and a button
for OAuth 1.0a beside it.

## Django

For one account, or for the app's keys alone, settings are enough: `django-settings-account`,
`django-settings`. For accounts in a model of your own, `django-fixture` writes what
`manage.py loaddata` reads. Say which model, with which key the first one is stored, and what its
fields are called, if not `twitter_access_token`, `twitter_access_token_secret` and `username`:

    twauth export @fernwick_news @marsh_weather --preset django-fixture --output bots.json \\
        --set model=bots.bot --set pk=1 --set handle=screen_name
    python manage.py loaddata bots.json && rm bots.json

`loaddata` replaces the whole object that has this key: fields that are not in the file are
emptied. `pk=null` makes new objects, `pk=user_id` takes X's number of the account.

```python
import tweepy
from django.conf import settings


def get_tweepy_client(bot) -> tweepy.Client:
    \"\"\"Return a client that acts for one account; bot: an object of your model.\"\"\"
    return tweepy.Client(
        consumer_key=settings.TWITTER_CONSUMER_KEY,
        consumer_secret=settings.TWITTER_CONSUMER_SECRET,
        access_token=bot.twitter_access_token,
        access_token_secret=bot.twitter_access_token_secret,
    )
```

The database holds the tokens in clear then: who reads it can post. Without that, `from twauth_gui
import client` gives the same client from the keychain ([how](keychain.md)).

## MCP servers

`mcp-run` writes a block without any value: the client starts Twauth, and Twauth the server. Most
clients pass on little more than `HOME` and `PATH`. If one does not find `twauth`, give the whole
path. On Linux the keychain answers on the session bus, whose address it can need as well:

    twauth export @fernwick_news --preset mcp-run --output mcp.json \\
        --set twauth="$(command -v twauth)" --set session_bus="$DBUS_SESSION_BUS_ADDRESS"

"""
_SYNTAXES = """## Syntaxes

The tests read each syntax back with the program or library itself. *If installed*: it is not
everywhere; `make reliability` tries those that are there, and [reliability.md](reliability.md) has
their versions. *Rules*: read as the documentation says, everywhere, or because no program can be
had. A label, such as an account's name, loses the characters that a syntax cannot hold; if a
credential had one, the export would be refused.

| syntax | for | read back by | several accounts | options |
|---|---|---|---|---|
"""


def _readers(syntax: FileSyntax) -> str:
    """Return who reads a syntax back: always, where it is installed, by rules."""
    found = [one for one in READERS if one.syntax is syntax]
    real = [one.name for one in found if not one.is_by_rules and not one.needs]
    tools = [f"{one.name} (if installed)" for one in found if one.needs]
    rules = [one.name for one in found if one.is_by_rules]
    return ", ".join(real + tools + rules + TOOL_READERS.get(syntax, []))


def _code(texts: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in texts)


def _indent(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())


def _preset_row(preset: ExportPreset) -> str:
    names = (*preset.names.values(), *preset.details.values())
    cells = (
        f"`{preset.id}`",
        f"{preset.title}. {preset.note}" if preset.note else preset.title,
        f"`{preset.syntax.value}`",
        f"`{preset.suggested_name}`",
        _code(names),
    )
    return "| " + " | ".join(one.replace("|", "\\|") for one in cells) + " |"


def _presets() -> Iterable[str]:
    groups: dict[str, list[ExportPreset]] = {}
    for preset in builtin_presets():
        groups.setdefault(preset.group, []).append(preset)
    yield f"## The {len(builtin_presets())} presets"
    for group, members in groups.items():
        yield f"\n### {group}\n"
        yield "| ID | for | syntax | file | names |\n|---|---|---|---|---|"
        yield from map(_preset_row, members)


def page() -> str:
    """Return the whole page."""
    presets = {one.id: one for one in builtin_presets()}
    server = render_preview(presets["mcp-run"], [_ENTRY])
    rows = (
        f"| `{syntax.value}` | {rules.reader} | {_readers(syntax)} | "
        f"{_code(one.value for one in rules.groupings)} | "
        f"{_code(f'{name}={usual}' for name, usual in rules.options.items())} |"
        for syntax, rules in SYNTAXES.items()
    )
    return "\n".join(
        [
            _HEAD + _indent(format_preset(presets["twitter-access-secret"])),
            _OAUTH2 + _indent(server),
            *_presets(),
            "\n" + _SYNTAXES + "\n".join(rows),
            "",
        ]
    )


if __name__ == "__main__":
    _FILE.write_text(page(), encoding="utf-8")

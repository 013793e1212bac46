"""Write docs/destinations.md: every destination with its target, from the files that push reads.

`make docs` runs it; a test compares page() with the file.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

from twauth_gui.cli.commands.destinations import describe_commands
from twauth_gui.services.push_plan import PushAction
from twauth_gui.services.push_service import REFRESH_NOTE
from twauth_gui.transfer.destinations.catalog import builtin_destinations
from twauth_gui.transfer.destinations.definition import (
    Destination,
    InputFormat,
    InputKind,
    ListFormat,
    Shape,
    System,
)

_ROOT = Path(__file__).parents[2]
_FILE = _ROOT / "docs" / "destinations.md"
_HEAD = """# Destinations

`twauth push` writes credentials into the secret store that bots elsewhere read, with the vendor's
own command, in which you are logged in already. This page comes from the destinations themselves:
`python packaging/docs/destinations.py`.

    twauth push @fernwick_news --to github-actions:acme/bots
    twauth push @fernwick_news --to github-actions:acme/bots,environment=live --preset classic-bot
    twauth push @fernwick_news @marsh_weather --to 'aws-secretsmanager:bots/{handle}' --dry-run

Behind the colon is the target: `FIELD=VALUE`, with commas between several; the first field needs no
name. `{handle}` becomes the account's handle. Several accounts in one target are told apart by a
prefix, as in an export: `FERNWICK_NEWS_X_API_KEY`.

## What happens

1. Twauth asks the command whether it is logged in, and which names are there. It shows the plan,
   with the path of the program that it starts.
2. If you agree, it asks again which names are there, notes what it is going to write, starts the
   command, and asks once more: success of a command proves nothing.
3. If it is interrupted, even by a power cut, the next push of the same finishes it. What failed
   stops nothing else; each name has a result of its own.

| plan | means | written |
|---|---|---|
"""
_ACTIONS = {
    PushAction.CREATE: ("the name is not there", "yes"),
    PushAction.UPDATE: ("Twauth wrote it, and your credentials are newer", "yes"),
    PushAction.SAME: ("nothing to do", "no; no command is started"),
    PushAction.CHANGED: ("Twauth wrote it, and it was changed there since", "with `--take NAME`"),
    PushAction.FOREIGN: (
        "it is there, and not written by Twauth for this account",
        "with `--take NAME`",
    ),
    PushAction.LEFT: (
        "Twauth wrote it, and this push has no value for it",
        "no; `--delete NAME` deletes it there",
    ),
    PushAction.BLOCKED: ("the vendor does not let it be written", "no; the plan says what helps"),
    PushAction.UNKNOWN: ("the vendor does not tell which names are there", "with `--take NAME`"),
}
_SAFETY = f"""
Twauth keeps no value to compare: it knows a keyed fingerprint of what it wrote, and what the vendor
said of it, such as a version or a time. `twauth where @fernwick_news` lists these places, and says
which still have old credentials.

## What a command gets

Values go to standard input alone: never into arguments, the environment or a file. The command
runs without a terminal, in an empty folder that is removed, in a group of processes that ends with
it, and without the variables that would make it write logs. What it prints is shown without
credentials, also in parts, in Base64 or with escapes. Values that readers of secrets understand in
different ways are refused; no credential of X is one of them. The program is searched for in the
absolute folders of `PATH`, never in the working folder.

{textwrap.fill(REFRESH_NOTE, 100)}

## The destinations

"""
_OWN = """
## Any command

A destination is a TOML file: which commands list, write and delete, and how to read what they say.
The fields of its target and the name of a secret can be in a command; there is no placeholder for a
value, and a file that names one does not load. This is one of the program's:

"""
_OWN_END = """
    twauth destinations show podman > /dev/null    # the fields and commands of any
    twauth destinations add ours.toml
    twauth destinations trust ours

`add` keeps it in the folder `destinations` of the data folder. It starts programs, so what it runs
is shown before its first use, and again when the file has changed.

| key | meaning |
|---|---|
"""
_KEYS = (
    ("format, id, title", "`1`; what `--to` takes; the name on screen"),
    ("preset", "the export preset whose names it uses if none is named"),
    ("shape", "`values`: a secret for each value · `document`: one for each account"),
    ("document", "the name of that one secret, from fields of the target"),
    ("via", "words in front of every command, which becomes one word behind them, as for ssh"),
    ("stdin_as", "{kinds}: a file in memory is for commands that read it twice (Linux)"),
    ("systems", "{systems}; all if it is left out"),
    ("timeout", "seconds for each command; 60 if it is left out"),
    ("marker_moves", "whether every write changes the marker, so that one without is a failure"),
    ("tried, untried, note, unblock", "sentences for the plan; `untried = true` shows the first"),
    ("[target.X]", "`ask`, `pattern` (of the whole text), `hint`, `required`, `dns`"),
    ("[names]", '`pattern`, `hint`, `fold = "upper"` if the vendor stores capitals'),
    ("[environment]", "`set` and `unset` variables, for the commands"),
    ("[check]", "`run`, `identity` (a pattern with a group), `login`, `install`"),
    ("", "`logged_out_exit`, `logged_out_says`: how any of the commands tells that"),
    ("[list]", "`run`, `reads`: {formats}; `items`, `name`, `marker`, `blocked`: keys"),
    ("", "`line`: a pattern with groups `name` and `marker`; `strip`: what a name begins with"),
    ("", "`nothing_says`, `nothing_exit`, `absent_says`: errors that mean no secret, no project"),
    ("[create], [set]", '`run`, `stdin`: {inputs}; `per = "all"` if one call writes all names'),
    ("", '`each_says`: what has to be said of each `{{name}}`; `first = "delete"`'),
    ("[delete]", "`run`"),
)
_PLUGIN = """
A command is a list of words, never a line for a shell. A list within it is left out if its fields
have no value. `{size}` is the number of bytes that are written.

## Plug-ins

What needs a library comes from a package that is installed beside Twauth. It has an entry point,
whose name is the id of the destination:

    [project.entry-points."twauth.destinations"]
    our-store = "twauth_our_store:OurStore"

The entry point leads to a function without arguments that returns a `DestinationPlugin`
(`twauth_gui/transfer/destinations/plugins.py`): a `destination` without commands, and the methods
`check`, `list_secrets`, `write`, `delete` and `group_writes`. There is one in
`tests/services/memory_store_plugin.py`. Values arrive as `Secret`; an exception is shown without
them.
"""


def page() -> str:
    """Return the whole page."""
    actions = (
        f"| `{action.value}` | {means} | {written} |"
        for action, (means, written) in _ACTIONS.items()
    )
    kinds = {
        "kinds": _code(one.value for one in InputKind),
        "systems": _code(one.value for one in System),
        "formats": _code(one.value for one in ListFormat),
        "inputs": _code(one.value for one in InputFormat),
    }
    keys = (f"| {_code(_split(key))} | {means.format(**kinds)} |" for key, means in _KEYS)
    example = (_ROOT / "resources" / "destinations" / "44-podman.toml").read_text("utf-8")
    return "\n".join(
        [
            _HEAD + "\n".join(actions),
            _SAFETY + "\n".join(_describe(one) for one in builtin_destinations()),
            _OWN + "".join(f"    {line}\n" if line else "\n" for line in example.splitlines()),
            _OWN_END.lstrip("\n") + "\n".join(keys),
            _PLUGIN,
        ]
    )


def _describe(one: Destination) -> str:
    each = "account" if one.shape is Shape.DOCUMENT else "value"
    markers = "" if one.has_markers else " It tells names alone: changes by others are not seen."
    runs = dict(describe_commands(one.commands))
    lines = [
        f"### {one.title}: `{one.id}`",
        "",
        f"{one.tried} One secret for each {each}, preset `{one.preset}`."
        f"{markers} {one.note}".rstrip(),
        "",
        "| field | |",
        "|---|---|",
        *(
            f"| `{field.name}` | {field.ask}{'' if field.is_required else ' (optional)'} |"
            for field in one.target
        ),
        "",
        f"    {runs['set']}",
        "",
    ]
    return "\n".join(lines)


def _split(key: str) -> list[str]:
    return [one for one in key.split(", ") if one]


def _code(texts: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in texts)


if __name__ == "__main__":
    _FILE.write_text(page(), encoding="utf-8")

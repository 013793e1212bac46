"""One call of each command, with its first question and how to see that it was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.cli.command_environment import (
    ACTIVE_HANDLE,
    APP,
    IMPORTED_HANDLE,
    PASSPHRASE,
    REVOKED_HANDLE,
    STEADY_HANDLE,
    CommandEnvironment,
    PreparedCall,
)
from tests.support.command import TerminalUser, approve_link
from tests.xapi.printed_errors import PRINTED_ERRORS
from twauth_gui.domain.sign_in import SignInMethod

FOLDER_DESTINATION = Path(__file__).with_name("folder.toml")
NEW_PASSPHRASE = "a marsh of marigolds"
UNKNOWN_KEYS = f"{'k' * 25}\n{'s' * 50}\n"
"""Keys of an app that X does not know; no test asks X about them."""


@dataclass(frozen=True)
class CallCase:
    """One call of a command, or an example of one.

    words: the command line; if prepare_with makes another one, an example that names nothing.
    no_input_message: what it prints if it reads standard input and there is nothing to read.
    is_finished_on_interrupt: whether what it has started is done, and reported, despite an
    interrupt. question: what it asks first, of a user at a terminal.
    """

    words: tuple[str, ...]
    prepare_with: Callable[[CommandEnvironment], PreparedCall] | None = None
    no_input_message: str = ""
    is_finished_on_interrupt: bool = False
    question: str = ""

    def prepare(self, environment: CommandEnvironment) -> PreparedCall:
        """Prepare the environment for the call, and return the call."""
        return (
            PreparedCall(self.words)
            if self.prepare_with is None
            else self.prepare_with(environment)
        )


def _app_add(environment: CommandEnvironment) -> PreparedCall:
    label = environment.unused_name("Alerts")
    words = ("app", "add", label, "--api-url", environment.sandbox.url)
    return PreparedCall(words, UNKNOWN_KEYS, is_done=lambda: _is_app_listed(environment, label))


def _app_remove(environment: CommandEnvironment) -> PreparedCall:
    label = environment.unused_name("Old")
    environment.call_successfully("app", "add", label, stdin=UNKNOWN_KEYS)
    return PreparedCall(
        ("app", "remove", label), is_done=lambda: not _is_app_listed(environment, label)
    )


def _is_app_listed(environment: CommandEnvironment, label: str) -> bool:
    return label in {
        one["label"] for one in environment.call_successfully("app", "list", "--json").json
    }


def _authorize(environment: CommandEnvironment) -> PreparedCall:
    handle = environment.unused_name("bot_")
    words = ("authorize", "--app", APP, "--expect", f"@{handle}", "--no-wait")
    return PreparedCall(
        words, is_done=lambda: f"@{handle} " in environment.call_successfully("attempts").out
    )


def _resume(environment: CommandEnvironment) -> PreparedCall:
    link = environment.begin_sign_in()
    pin = approve_link(link.url.reveal(), "quiet_quay")
    words = ("resume", link.pending.id, "--pin", "-")
    return PreparedCall(
        words,
        pin,
        is_done=lambda: link.pending.id not in environment.call_successfully("attempts").out,
    )


def _remind(environment: CommandEnvironment) -> PreparedCall:
    return PreparedCall(("remind", environment.begin_sign_in(SignInMethod.LINK).pending.id))


def _attempts(environment: CommandEnvironment) -> PreparedCall:
    _ = environment.begin_sign_in()
    return PreparedCall(("attempts",))


def _renew(environment: CommandEnvironment) -> PreparedCall:
    link = environment.begin_sign_in(SignInMethod.LINK)
    number = link.pending.id

    def done() -> bool:
        return link.url.reveal() not in environment.call_successfully("remind", number).out

    return PreparedCall(("renew", number), is_done=done)


def _changes(environment: CommandEnvironment) -> PreparedCall:
    """Nothing has changed then, whatever was checked before."""
    _ = environment.twauth("changes", "--seen")
    return PreparedCall(("changes",))


def _refresh(environment: CommandEnvironment) -> PreparedCall:
    before = _end_of_tokens(environment)
    return PreparedCall(
        ("refresh", f"@{ACTIVE_HANDLE}"), is_done=lambda: _end_of_tokens(environment) != before
    )


def _end_of_tokens(environment: CommandEnvironment) -> str:
    return str(
        environment.call_successfully("show", f"@{ACTIVE_HANDLE}", "--json").json["oauth2"][
            "expires_at"
        ]
    )


def _import(environment: CommandEnvironment) -> PreparedCall:
    _remove_imported(environment)
    return PreparedCall(
        ("import", "--yes"), is_done=lambda: bool(environment.read_health(IMPORTED_HANDLE))
    )


def _restore(environment: CommandEnvironment) -> PreparedCall:
    _remove_imported(environment)
    words = ("restore", str(environment.backup))
    return PreparedCall(
        words,
        passphrases=(PASSPHRASE,),
        is_done=lambda: bool(environment.read_health(IMPORTED_HANDLE)),
    )


def _remove_imported(environment: CommandEnvironment) -> None:
    if environment.read_health(IMPORTED_HANDLE):
        environment.call_successfully("remove", f"@{IMPORTED_HANDLE}", "--yes")


def _revoke(environment: CommandEnvironment) -> PreparedCall:
    _sign_in_again(environment)
    words = ("revoke", f"@{REVOKED_HANDLE}", "--yes")
    return PreparedCall(words, is_done=lambda: environment.read_health(REVOKED_HANDLE) == "revoked")


def _remove(environment: CommandEnvironment) -> PreparedCall:
    _sign_in_again(environment)
    words = ("remove", f"@{REVOKED_HANDLE}", "--revoke", "--yes")
    return PreparedCall(words, is_done=lambda: not environment.read_health(REVOKED_HANDLE))


def _sign_in_again(environment: CommandEnvironment) -> None:
    if environment.read_health(REVOKED_HANDLE) != "working":
        environment.sign_in(APP, REVOKED_HANDLE)


def _backup(environment: CommandEnvironment) -> PreparedCall:
    path = environment.folder / environment.unused_name("backup")
    dry_run = PreparedCall(("restore", str(path), "--dry-run"), passphrases=(PASSPHRASE,))

    def sound() -> None:
        """Require a complete backup or none."""
        if path.exists():
            assert environment.call(dry_run).code == 0
        beside = [one.name for one in environment.folder.iterdir() if path.name in one.name]
        assert beside in ([], [path.name])

    words = ("backup", str(path))
    return PreparedCall(words, passphrases=(PASSPHRASE,), is_done=path.is_file, require_sound=sound)


def _vault_move(environment: CommandEnvironment) -> PreparedCall:
    folder = environment.folder / environment.unused_name("moved")
    at = ("--data-dir", str(folder))
    environment.call_successfully(
        *at, "app", "add", APP, "--api-url", environment.sandbox.url, stdin=environment.keys
    )

    def sound() -> None:
        """Require the keys in one of the two vaults, and usable."""
        environment.call_successfully(*at, "app", "bearer", APP, passphrases=[PASSPHRASE])

    return PreparedCall(
        ("vault", "move", "file"),
        passphrases=(PASSPHRASE,),
        folder=folder,
        is_done=lambda: (
            environment.call_successfully(*at, "vault", "show", "--json").json["vault"] == "file"
        ),
        require_sound=sound,
    )


def _change_passphrase(environment: CommandEnvironment) -> PreparedCall:
    folder = environment.folder / environment.unused_name("sealed")
    at = ("--data-dir", str(folder), "--vault", "file")
    environment.call_successfully(
        *at, "app", "add", APP, stdin=UNKNOWN_KEYS, passphrases=[PASSPHRASE]
    )

    def opens(passphrase: str) -> bool:
        return environment.call(PreparedCall((*at, "unlock"), passphrases=(passphrase,))).code == 0

    def sound() -> None:
        """Require that exactly one of the two passphrases opens the file."""
        assert opens(PASSPHRASE) is not opens(NEW_PASSPHRASE)

    return PreparedCall(
        ("vault", "change-passphrase"),
        passphrases=(PASSPHRASE, NEW_PASSPHRASE),
        folder=folder,
        is_done=lambda: opens(NEW_PASSPHRASE),
        require_sound=sound,
    )


_APP_ADD = CallCase(
    ("app", "add", "Alerts"), _app_add, "Standard input has no API key with its secret"
)
_RESUME = CallCase(("resume", "0123", "--pin", "-"), _resume, "Standard input has no PIN")
_REVOKED = (f"@{REVOKED_HANDLE}", "--yes")
_TOKEN = "TWITTER_ACCESS_TOKEN"


def _presets_duplicate(environment: CommandEnvironment) -> PreparedCall:
    new_id = environment.unused_name("my-bot-")
    return PreparedCall(
        ("presets", "duplicate", "classic-bot", new_id),
        is_done=lambda: new_id in _list_presets(environment),
    )


def _make_preset(environment: CommandEnvironment) -> str:
    new_id = environment.unused_name("my-bot-")
    words = ("presets", "duplicate", "classic-bot", new_id, "--title", "Mine")
    environment.call_successfully(*words)
    return new_id


def _presets_add(environment: CommandEnvironment) -> PreparedCall:
    new_id = environment.unused_name("my-bot-")
    path = environment.folder / f"{new_id}.toml"
    text = environment.call_successfully("presets", "show", "classic-bot").out
    path.write_text(text.replace("classic-bot", new_id))
    return PreparedCall(
        ("presets", "add", str(path)), is_done=lambda: new_id in _list_presets(environment)
    )


def _presets_edit(environment: CommandEnvironment) -> PreparedCall:
    environment.twauth.env["EDITOR"] = "sed -i s/Mine/Changed/"
    preset_id = _make_preset(environment)
    return PreparedCall(
        ("presets", "edit", preset_id),
        is_done=lambda: _list_presets(environment)[preset_id] == "Changed",
    )


def _presets_remove(environment: CommandEnvironment) -> PreparedCall:
    preset_id = _make_preset(environment)
    return PreparedCall(
        ("presets", "remove", preset_id),
        is_done=lambda: preset_id not in _list_presets(environment),
    )


def _list_presets(environment: CommandEnvironment) -> Mapping[str, str]:
    listed = environment.call_successfully("presets", "--json").json
    return {one["id"]: one["title"] for one in listed}


def _destinations_add(environment: CommandEnvironment) -> PreparedCall:
    new_id = environment.unused_name("folder-")
    text = FOLDER_DESTINATION.read_text("utf-8").replace('id = "folder"', f'id = "{new_id}"')
    path = environment.folder / f"{new_id}.toml"
    path.write_text(text)
    words = ("destinations", "add", str(path))
    return PreparedCall(words, is_done=lambda: new_id in _list_destinations(environment))


def _destinations_trust(environment: CommandEnvironment) -> PreparedCall:
    new_id = _make_destination(environment)
    return PreparedCall(
        ("destinations", "trust", new_id, "--yes"),
        is_done=lambda: _list_destinations(environment)[new_id],
    )


def _destinations_remove(environment: CommandEnvironment) -> PreparedCall:
    new_id = _make_destination(environment)
    return PreparedCall(
        ("destinations", "remove", new_id),
        is_done=lambda: new_id not in _list_destinations(environment),
    )


def _push(environment: CommandEnvironment) -> PreparedCall:
    new_id = _make_destination(environment)
    environment.call_successfully("destinations", "trust", new_id, "--yes")
    folder = environment.folder / new_id
    words = ("push", f"@{ACTIVE_HANDLE}", "--to", f"{new_id}:{folder}", "--yes")
    return PreparedCall(words, is_done=lambda: len(list(folder.iterdir())) > 3)


def _make_destination(environment: CommandEnvironment) -> str:
    """Return the id of a new destination."""
    words = _destinations_add(environment).words
    environment.call_successfully(*words)
    return Path(words[-1]).stem


def _list_destinations(environment: CommandEnvironment) -> Mapping[str, bool]:
    listed = environment.call_successfully("destinations", "--json").json
    return {one["id"]: one["trusted"] for one in listed}


def _where(environment: CommandEnvironment) -> PreparedCall:
    """A place is listed then, whether or not something else was exported before."""
    path = environment.folder / environment.unused_name("copy")
    handle = f"@{ACTIVE_HANDLE}"
    environment.call_successfully("export", handle, "--output", str(path))
    return PreparedCall(("where", handle))


_CALLS = (
    replace(_APP_ADD, is_finished_on_interrupt=True, question="API key: "),
    CallCase(("app", "list")),
    CallCase(("app", "check", APP), is_finished_on_interrupt=True),
    CallCase(("app", "remove", "Old"), _app_remove, is_finished_on_interrupt=True),
    CallCase(("app", "bearer", APP), is_finished_on_interrupt=True),
    CallCase(
        ("authorize", "--app", APP, "--no-wait"),
        _authorize,
        is_finished_on_interrupt=True,
        question="ended on: ",
    ),
    CallCase(("attempts",), _attempts),
    replace(_RESUME, is_finished_on_interrupt=True, question="ended on: "),
    CallCase(("remind", "0123"), _remind),
    CallCase(("renew", "0123"), _renew, is_finished_on_interrupt=True),
    CallCase(("list",)),
    CallCase(("show", f"@{ACTIVE_HANDLE}", "--reveal")),
    CallCase(("use", f"@{ACTIVE_HANDLE}")),
    CallCase(("tag", f"@{ACTIVE_HANDLE}", "--add", "news")),
    CallCase(("note", f"@{ACTIVE_HANDLE}", "Owner: Kim")),
    CallCase(("favourite", f"@{ACTIVE_HANDLE}")),
    CallCase(("check", f"@{ACTIVE_HANDLE}", f"@{STEADY_HANDLE}"), is_finished_on_interrupt=True),
    CallCase(("changes",), _changes),
    CallCase(("refresh",), _refresh, is_finished_on_interrupt=True),
    CallCase(("scopes",)),
    CallCase(("export", f"@{ACTIVE_HANDLE}")),
    CallCase(("presets", "show", "classic-bot")),
    CallCase(("presets", "add", "-"), _presets_add),
    CallCase(("presets", "edit", "my-bot"), _presets_edit),
    CallCase(("presets", "duplicate", "classic-bot", "my-bot"), _presets_duplicate),
    CallCase(("presets", "remove", "my-bot"), _presets_remove),
    CallCase(
        ("push", f"@{ACTIVE_HANDLE}", "--to", "podman"),
        _push,
        is_finished_on_interrupt=True,
        question="? [y/N]",
    ),
    CallCase(("destinations", "show", "podman")),
    CallCase(("destinations", "add", "-"), _destinations_add),
    CallCase(("destinations", "trust", "folder"), _destinations_trust, question="run these? [y/N]"),
    CallCase(("destinations", "remove", "folder"), _destinations_remove),
    CallCase(("credential", f"@{ACTIVE_HANDLE}", "--field", "access_token")),
    CallCase(("run", f"@{ACTIVE_HANDLE}", "--", "printenv", _TOKEN)),
    CallCase(
        ("import", "--yes"), _import, is_finished_on_interrupt=True, question="Import them? [y/N]"
    ),
    CallCase(
        ("revoke", *_REVOKED),
        _revoke,
        is_finished_on_interrupt=True,
        question="at X for good? [y/N]",
    ),
    CallCase(
        ("remove", *_REVOKED),
        _remove,
        is_finished_on_interrupt=True,
        question="from this computer for good? [y/N]",
    ),
    CallCase(
        ("backup", "all.twauth"),
        _backup,
        is_finished_on_interrupt=True,
        question="New passphrase: ",
    ),
    CallCase(
        ("restore", "all.twauth"), _restore, is_finished_on_interrupt=True, question="Passphrase: "
    ),
    CallCase(("where", f"@{ACTIVE_HANDLE}"), _where),
    CallCase(("unlock",)),
    CallCase(("network",)),
    CallCase(("vault", "show")),
    CallCase(
        ("vault", "move", "file"),
        _vault_move,
        is_finished_on_interrupt=True,
        question="New passphrase: ",
    ),
    CallCase(
        ("vault", "change-passphrase"),
        _change_passphrase,
        is_finished_on_interrupt=True,
        question="Passphrase: ",
    ),
    CallCase(("explain", str(PRINTED_ERRORS))),
    CallCase(("doctor",)),
    CallCase(("sandbox", "--port", "0")),
    CallCase(("completion", "bash")),
    CallCase(("setup-shell", "zsh")),
)
_GROUPS = ("app", "presets", "destinations", "vault")
CALLS: Mapping[str, CallCase] = {
    " ".join(one.words[: 2 if one.words[0] in _GROUPS else 1]): one for one in _CALLS
}
CALLS_WITH_QUESTION = [name for name, call in CALLS.items() if call.question]
# A line, a hidden one, yes or no.
QUICK_CALLS_WITH_QUESTION = (
    "authorize",
    "backup",
    "import",
    "remove",
)
_ANSWERING_OPTIONS = {"--yes", "--no-wait", "--pin", "-"}  # without these the user is asked


def open_terminal(environment: CommandEnvironment, call: PreparedCall) -> TerminalUser:
    """Make the call as a user at a terminal, without the options that answer its questions."""
    env = dict(environment.twauth.env)
    if call.folder is not None:
        env["TWAUTH_DATA_DIR"] = str(call.folder)
    return TerminalUser(env, *(word for word in call.words if word not in _ANSWERING_OPTIONS))

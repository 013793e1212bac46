"""One call of each command, with what it asks and what shows that it was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

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

NEW_PASSPHRASE = "a marsh of marigolds"
UNKNOWN_KEYS = f"{'k' * 25}\n{'s' * 50}\n"
"""Keys of an app that X does not know; nobody asks it."""


@dataclass(frozen=True)
class CallCase:
    """words: the command line; where ready prepares another one, an example that names nothing.

    unread: what is said where it was to read standard input, and there is nothing to read.
    finishes: whether what it has begun is done, and told, in spite of an interrupt.
    asks: what it asks first, of a person at a terminal who has given it nothing.
    """

    words: tuple[str, ...]
    prepare_with: Callable[[CommandEnvironment], PreparedCall] | None = None
    no_input_message: str = ""
    is_finished_on_interrupt: bool = False
    question: str = ""

    def prepare(self, environment: CommandEnvironment) -> PreparedCall:
        """Prepare the call."""
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
    pending = environment.begin_sign_in()
    pin = approve_link(pending["url"], "quiet_quay")
    words = ("resume", pending["id"], "--pin", "-")
    return PreparedCall(
        words,
        pin,
        is_done=lambda: pending["id"] not in environment.call_successfully("attempts").out,
    )


def _remind(environment: CommandEnvironment) -> PreparedCall:
    return PreparedCall(("remind", environment.begin_sign_in("--method", "link")["id"]))


def _attempts(environment: CommandEnvironment) -> PreparedCall:
    _ = environment.begin_sign_in()
    return PreparedCall(("attempts",))


def _renew(environment: CommandEnvironment) -> PreparedCall:
    pending = environment.begin_sign_in("--method", "link")

    def done() -> bool:
        return pending["url"] not in environment.call_successfully("remind", pending["id"]).out

    return PreparedCall(("renew", pending["id"]), is_done=done)


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
    _take_away(environment)
    return PreparedCall(
        ("import", "--yes"), is_done=lambda: bool(environment.read_health(IMPORTED_HANDLE))
    )


def _restore(environment: CommandEnvironment) -> PreparedCall:
    _take_away(environment)
    words = ("restore", str(environment.backup))
    return PreparedCall(
        words,
        passphrases=(PASSPHRASE,),
        is_done=lambda: bool(environment.read_health(IMPORTED_HANDLE)),
    )


def _take_away(environment: CommandEnvironment) -> None:
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
    asked = PreparedCall(("restore", str(path), "--dry-run"), passphrases=(PASSPHRASE,))

    def sound() -> None:
        """It is there whole, or there is nothing of it."""
        if path.exists():
            assert environment.call(asked).code == 0
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
        """The keys are in one of the two, and can be used."""
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
        """One of the two passphrases opens it, the other one does not."""
        assert opens(PASSPHRASE) is not opens(NEW_PASSPHRASE)

    return PreparedCall(
        ("vault", "change-passphrase"),
        passphrases=(PASSPHRASE, NEW_PASSPHRASE),
        folder=folder,
        is_done=lambda: opens(NEW_PASSPHRASE),
        require_sound=sound,
    )


_NEW = CallCase(("app", "add", "Alerts"), _app_add, "no API key with its secret on standard input")
_RESUMED = CallCase(("resume", "0123", "--pin", "-"), _resume, "no PIN on standard input")
_GONE = (f"@{REVOKED_HANDLE}", "--yes")
_TOKEN = "TWITTER_ACCESS_TOKEN"
_EVERY = (
    replace(_NEW, is_finished_on_interrupt=True, question="API key: "),
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
    replace(_RESUMED, is_finished_on_interrupt=True, question="ended on: "),
    CallCase(("remind", "0123"), _remind),
    CallCase(("renew", "0123"), _renew, is_finished_on_interrupt=True),
    CallCase(("list",)),
    CallCase(("show", f"@{ACTIVE_HANDLE}", "--reveal")),
    CallCase(("use", f"@{ACTIVE_HANDLE}")),
    CallCase(("check", f"@{ACTIVE_HANDLE}", f"@{STEADY_HANDLE}"), is_finished_on_interrupt=True),
    CallCase(("refresh",), _refresh, is_finished_on_interrupt=True),
    CallCase(("scopes",)),
    CallCase(("export", f"@{ACTIVE_HANDLE}")),
    CallCase(("presets",)),
    CallCase(("run", f"@{ACTIVE_HANDLE}", "--", "printenv", _TOKEN)),
    CallCase(
        ("import", "--yes"), _import, is_finished_on_interrupt=True, question="Bring them in? [y/N]"
    ),
    CallCase(
        ("revoke", *_GONE), _revoke, is_finished_on_interrupt=True, question="at X for good? [y/N]"
    ),
    CallCase(
        ("remove", *_GONE),
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
)
_GROUPS = ("app", "vault")
CALLS: Mapping[str, CallCase] = {
    " ".join(one.words[: 2 if one.words[0] in _GROUPS else 1]): one for one in _EVERY
}
CALLS_WITH_QUESTION = [name for name, call in CALLS.items() if call.question]
QUICK_CALLS_WITH_QUESTION = (
    "authorize",
    "backup",
    "import",
    "remove",
)  # a line, a hidden one, yes or no
_ANSWERING_OPTIONS = {"--yes", "--no-wait", "--pin", "-"}  # without these a person is asked


def open_terminal(environment: CommandEnvironment, asked: PreparedCall) -> TerminalUser:
    """Give a person at a terminal who makes the call, and has given it nothing to read."""
    env = dict(environment.twauth.env)
    if asked.folder is not None:
        env["TWAUTH_DATA_DIR"] = str(asked.folder)
    return TerminalUser(env, *(word for word in asked.words if word not in _ANSWERING_OPTIONS))

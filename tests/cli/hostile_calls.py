"""What each command is asked for while the world around it is poor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tests.cli.hostile_ground import (
    ACTIVE,
    APP,
    BROUGHT,
    DOOMED,
    PASSPHRASE,
    STEADY,
    Asked,
    Ground,
)
from tests.cli.twauth import approve
from tests.cli.typist import Typist
from tests.xapi.printed_errors import PRINTED_ERRORS

NEXT = "a marsh of marigolds"
FOREIGN = f"{'k' * 25}\n{'s' * 50}\n"
"""Keys of an app that X does not know; nobody asks it."""


@dataclass(frozen=True)
class Call:
    """words: the command line; where ready prepares another one, an example that names nothing.

    unread: what is said where it was to read standard input, and there is nothing to read.
    finishes: whether what it has begun is done, and told, in spite of an interrupt.
    asks: what it asks first, of a person at a terminal who has given it nothing.
    """

    words: tuple[str, ...]
    ready: Callable[[Ground], Asked] | None = None
    unread: str = ""
    finishes: bool = False
    asks: str = ""

    def made_ready(self, ground: Ground) -> Asked:
        """Prepare the call."""
        return Asked(self.words) if self.ready is None else self.ready(ground)


def _app_add(ground: Ground) -> Asked:
    label = ground.fresh("Alerts")
    words = ("app", "add", label, "--api-url", ground.sandbox.url)
    return Asked(words, FOREIGN, done=lambda: _kept(ground, label))


def _app_remove(ground: Ground) -> Asked:
    label = ground.fresh("Old")
    ground.must("app", "add", label, stdin=FOREIGN)
    return Asked(("app", "remove", label), done=lambda: not _kept(ground, label))


def _kept(ground: Ground, label: str) -> bool:
    return label in {one["label"] for one in ground.must("app", "list", "--json").json}


def _authorize(ground: Ground) -> Asked:
    handle = ground.fresh("bot_")
    words = ("authorize", "--app", APP, "--expect", f"@{handle}", "--no-wait")
    return Asked(words, done=lambda: f"@{handle} " in ground.must("attempts").out)


def _resume(ground: Ground) -> Asked:
    attempt = ground.begun()
    pin = approve(attempt["url"], "quiet_quay")
    words = ("resume", attempt["id"], "--pin", "-")
    return Asked(words, pin, done=lambda: attempt["id"] not in ground.must("attempts").out)


def _remind(ground: Ground) -> Asked:
    return Asked(("remind", ground.begun("--method", "link")["id"]))


def _attempts(ground: Ground) -> Asked:
    _ = ground.begun()
    return Asked(("attempts",))


def _renew(ground: Ground) -> Asked:
    attempt = ground.begun("--method", "link")

    def done() -> bool:
        return attempt["url"] not in ground.must("remind", attempt["id"]).out

    return Asked(("renew", attempt["id"]), done=done)


def _refresh(ground: Ground) -> Asked:
    before = _end_of_tokens(ground)
    return Asked(("refresh", f"@{ACTIVE}"), done=lambda: _end_of_tokens(ground) != before)


def _end_of_tokens(ground: Ground) -> str:
    return str(ground.must("show", f"@{ACTIVE}", "--json").json["oauth2"]["expires_at"])


def _import(ground: Ground) -> Asked:
    _take_away(ground)
    return Asked(("import", "--yes"), done=lambda: bool(ground.health(BROUGHT)))


def _restore(ground: Ground) -> Asked:
    _take_away(ground)
    words = ("restore", str(ground.backup))
    return Asked(words, passphrases=(PASSPHRASE,), done=lambda: bool(ground.health(BROUGHT)))


def _take_away(ground: Ground) -> None:
    if ground.health(BROUGHT):
        ground.must("remove", f"@{BROUGHT}", "--yes")


def _revoke(ground: Ground) -> Asked:
    _sign_in_again(ground)
    words = ("revoke", f"@{DOOMED}", "--yes")
    return Asked(words, done=lambda: ground.health(DOOMED) == "revoked")


def _remove(ground: Ground) -> Asked:
    _sign_in_again(ground)
    words = ("remove", f"@{DOOMED}", "--revoke", "--yes")
    return Asked(words, done=lambda: not ground.health(DOOMED))


def _sign_in_again(ground: Ground) -> None:
    if ground.health(DOOMED) != "working":
        ground.sign_in(APP, DOOMED)


def _backup(ground: Ground) -> Asked:
    path = ground.folder / ground.fresh("backup")
    asked = Asked(("restore", str(path), "--dry-run"), passphrases=(PASSPHRASE,))

    def sound() -> None:
        """It is there whole, or there is nothing of it."""
        if path.exists():
            assert ground.call(asked).code == 0
        beside = [one.name for one in ground.folder.iterdir() if path.name in one.name]
        assert beside in ([], [path.name])

    words = ("backup", str(path))
    return Asked(words, passphrases=(PASSPHRASE,), done=path.is_file, sound=sound)


def _vault_move(ground: Ground) -> Asked:
    folder = ground.folder / ground.fresh("moved")
    at = ("--data-dir", str(folder))
    ground.must(*at, "app", "add", APP, "--api-url", ground.sandbox.url, stdin=ground.keys)

    def sound() -> None:
        """The keys are in one of the two, and can be used."""
        ground.must(*at, "app", "bearer", APP, passphrases=[PASSPHRASE])

    return Asked(
        ("vault", "move", "file"),
        passphrases=(PASSPHRASE,),
        folder=folder,
        done=lambda: ground.must(*at, "vault", "show", "--json").json["vault"] == "file",
        sound=sound,
    )


def _change_passphrase(ground: Ground) -> Asked:
    folder = ground.folder / ground.fresh("sealed")
    at = ("--data-dir", str(folder), "--vault", "file")
    ground.must(*at, "app", "add", APP, stdin=FOREIGN, passphrases=[PASSPHRASE])

    def opens(passphrase: str) -> bool:
        return ground.call(Asked((*at, "unlock"), passphrases=(passphrase,))).code == 0

    def sound() -> None:
        """One of the two passphrases opens it, the other one does not."""
        assert opens(PASSPHRASE) is not opens(NEXT)

    return Asked(
        ("vault", "change-passphrase"),
        passphrases=(PASSPHRASE, NEXT),
        folder=folder,
        done=lambda: opens(NEXT),
        sound=sound,
    )


_NEW = Call(("app", "add", "Alerts"), _app_add, "no API key with its secret on standard input")
_RESUMED = Call(("resume", "0123", "--pin", "-"), _resume, "no PIN on standard input")
_GONE = (f"@{DOOMED}", "--yes")
_TOKEN = "TWITTER_ACCESS_TOKEN"
_EVERY = (
    replace(_NEW, finishes=True, asks="API key: "),
    Call(("app", "list")),
    Call(("app", "check", APP), finishes=True),
    Call(("app", "remove", "Old"), _app_remove, finishes=True),
    Call(("app", "bearer", APP), finishes=True),
    Call(("authorize", "--app", APP, "--no-wait"), _authorize, finishes=True, asks="ended on: "),
    Call(("attempts",), _attempts),
    replace(_RESUMED, finishes=True, asks="ended on: "),
    Call(("remind", "0123"), _remind),
    Call(("renew", "0123"), _renew, finishes=True),
    Call(("list",)),
    Call(("show", f"@{ACTIVE}", "--reveal")),
    Call(("use", f"@{ACTIVE}")),
    Call(("check", f"@{ACTIVE}", f"@{STEADY}"), finishes=True),
    Call(("refresh",), _refresh, finishes=True),
    Call(("scopes",)),
    Call(("export", f"@{ACTIVE}")),
    Call(("presets",)),
    Call(("run", f"@{ACTIVE}", "--", "printenv", _TOKEN)),
    Call(("import", "--yes"), _import, finishes=True, asks="Bring them in? [y/N]"),
    Call(("revoke", *_GONE), _revoke, finishes=True, asks="at X for good? [y/N]"),
    Call(("remove", *_GONE), _remove, finishes=True, asks="from this computer for good? [y/N]"),
    Call(("backup", "all.twauth"), _backup, finishes=True, asks="New passphrase: "),
    Call(("restore", "all.twauth"), _restore, finishes=True, asks="Passphrase: "),
    Call(("unlock",)),
    Call(("network",)),
    Call(("vault", "show")),
    Call(("vault", "move", "file"), _vault_move, finishes=True, asks="New passphrase: "),
    Call(("vault", "change-passphrase"), _change_passphrase, finishes=True, asks="Passphrase: "),
    Call(("explain", str(PRINTED_ERRORS))),
    Call(("doctor",)),
    Call(("sandbox", "--port", "0")),
    Call(("completion", "bash")),
)
_GROUPS = ("app", "vault")
CALLS: Mapping[str, Call] = {
    " ".join(one.words[: 2 if one.words[0] in _GROUPS else 1]): one for one in _EVERY
}
ASKING = [name for name, call in CALLS.items() if call.asks]
A_FEW_ASKING = ("authorize", "backup", "import", "remove")  # a line, a hidden one, yes or no
_UNASKED = {"--yes", "--no-wait", "--pin", "-"}  # without these a person is asked


def person_for(ground: Ground, asked: Asked) -> Typist:
    """Give a person at a terminal who makes the call, and has given it nothing to read."""
    env = dict(ground.twauth.env)
    if asked.folder is not None:
        env["TWAUTH_DATA_DIR"] = str(asked.folder)
    return Typist(env, *(word for word in asked.words if word not in _UNASKED))

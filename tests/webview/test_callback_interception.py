"""The callback never leaves the machine, whatever the page does; nothing is left on the disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl

from tests.support.namespaces import enter_user_namespace
from tests.support.processes import require_isolation
from tests.webview.hostile_pages_process import PAGES, PAGES_WITH_CALLBACK
from twauth_gui.app import parse_arguments
from twauth_gui.gui.webview.availability import enable_screen_reader, find_view_obstacle
from twauth_gui.gui.webview.page_notices import (
    PASSKEY_NOTICE,
    Protection,
    explain_blocked_host,
    parse_origin,
    quote_message,
    quote_question,
)

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.journey
def test_no_page_gets_the_verifier_onto_the_network(tmp_path: Path) -> None:
    require_isolation()
    env = {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.webview.hostile_pages_process"],
        env=env,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    whole = json.loads(done.stdout.splitlines()[-1])
    pages = whole["pages"]
    assert whole["far"] == 1  # there is no network: had it been asked for, nothing would be there
    by_hand = whole["by_hand"]
    for name, host in (
        ("google", "accounts.google.com"),
        ("google-popup", "accounts.google.com"),
        ("elsewhere", "help.x.com"),
    ):
        assert by_hand[name]["left"][0].startswith(f"https://{host}/"), by_hand
    assert all(one["expired"] == 1 for one in by_hand.values()), by_hand
    assert set(pages) == set(PAGES)
    for name, outcome in pages.items():
        assert outcome["requests"] == [], f"{name} reached the callback"
        assert outcome["answered"] == (1 if name in PAGES_WITH_CALLBACK else 0), name
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in written if b"V-verifier" in path.read_bytes()]


@pytest.mark.parametrize(
    ("switches", "refused"),
    [
        ({}, False),
        ({"sys/kernel/apparmor_restrict_unprivileged_userns": "1\n"}, True),
        (
            {
                "sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
                "self/attr/current": "unconfined\n",
            },
            True,
        ),
        (
            {
                "sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
                "self/attr/current": "twauth (enforce)\n",
            },
            False,
        ),
        ({"sys/kernel/apparmor_restrict_unprivileged_userns": "0\n"}, False),
        ({"sys/kernel/unprivileged_userns_clone": "0\n"}, True),
        ({"sys/user/max_user_namespaces": "0\n"}, True),
        ({"sys/user/max_user_namespaces": "95000\n"}, False),
    ],
)
def test_a_system_that_lets_nothing_be_isolated(
    tmp_path: Path, switches: dict[str, str], *, refused: bool
) -> None:
    for name, value in switches.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(value, "ascii")
    assert bool(find_view_obstacle({}, root=False, proc=tmp_path)) is refused


def test_when_a_view_is_refused(tmp_path: Path) -> None:
    assert "root" in find_view_obstacle({}, root=True)
    assert find_view_obstacle({}, root=False, proc=tmp_path) == ""


PROBE = """
import os
from twauth_gui.gui.webview.availability import find_view_obstacle
print(find_view_obstacle(os.environ, root=False))
"""


@pytest.mark.parametrize(("within", "refused"), [("", False), ("unshare --user", True)])
def test_a_system_that_has_no_namespace_left(*, within: str, refused: bool) -> None:
    """No switch says so, as under the system call filter of a container: only trying tells."""
    script = f'echo 1 >/proc/sys/user/max_user_namespaces; exec {within} "$@"'
    argv = [*enter_user_namespace(), "sh", "-c", script, "sh", sys.executable, "-c", PROBE]
    done = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("does not let the engine isolate" in done.stdout) is refused


@pytest.mark.parametrize(
    "name", ["QTWEBENGINE_DISABLE_SANDBOX", "QTWEBENGINE_REMOTE_DEBUGGING", "SSLKEYLOGFILE"]
)
@pytest.mark.parametrize("value", ["1", ""])
def test_a_variable_that_opens_the_view_to_others(tmp_path: Path, name: str, value: str) -> None:
    against = find_view_obstacle({name: value}, root=False, proc=tmp_path)
    assert against.startswith(f"The variable {name} could ")


@pytest.mark.parametrize(
    "switch",
    [
        "--no-sandbox",
        "-no-sandbox",
        "/no-sandbox",
        "--remote-debugging-port",
        "--remote-debugging-pipe",
        "--remote-debugging-address",
        "--remote-allow-origins",
        "--ignore-certificate-errors",
        "--ignore-certificate-errors-spki-list",
        "--allow-insecure-localhost",
        "--unsafely-treat-insecure-origin-as-secure",
        "--allow-running-insecure-content",
        "--disable-web-security",
        "--disable-site-isolation-trials",
        "--disable-features",
        "--single-process",
        "--in-process-gpu",
        "--no-zygote",
        "--disable-gpu-sandbox",
        "--renderer-cmd-prefix",
        "--host-resolver-rules",
        "--proxy-server",
        "--ssl-key-log-file",
        "--log-net-log",
        "--enable-logging",
        "--load-extension",
        "--js-flags",
        "--something-new",
    ],
)
@pytest.mark.parametrize("form", ["{}", "{}=1", "--lang=en {}", '"{}"', "'{}=a b'", "{} --lang=en"])
def test_a_switch_that_could_open_the_view_to_others(
    tmp_path: Path, switch: str, form: str
) -> None:
    env = {"QTWEBENGINE_CHROMIUM_FLAGS": form.format(switch)}
    against = find_view_obstacle(env, root=False, proc=tmp_path)
    assert against.startswith(f"{switch} in QTWEBENGINE_CHROMIUM_FLAGS could ")


def test_a_switch_that_cannot_be_read_opens_nothing(tmp_path: Path) -> None:
    env = {"QTWEBENGINE_CHROMIUM_FLAGS": '--lang="en'}
    assert find_view_obstacle(env, root=False, proc=tmp_path)


@pytest.mark.parametrize(
    "flags",
    [
        "",
        "--lang=de",
        "--disable-gpu --use-gl=egl",
        "--force-device-scale-factor=1.5 --FORCE-DARK-MODE",
        "--ozone-platform wayland",
    ],
)
def test_a_switch_about_language_or_drawing_is_let_be(tmp_path: Path, flags: str) -> None:
    env = {"QTWEBENGINE_CHROMIUM_FLAGS": flags}
    enable_screen_reader(env)
    assert find_view_obstacle(env, root=False, proc=tmp_path) == ""


@pytest.mark.parametrize("argument", ["--webEngineArgs", "--remote-debugging-port=9"])
def test_the_program_takes_no_switches_for_the_engine(
    capsys: pytest.CaptureFixture[str], argument: str
) -> None:
    with pytest.raises(SystemExit):
        parse_arguments([argument, "--no-sandbox"])
    assert argument in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "loaded", "protection"),
    [
        ("https://api.x.com/oauth", True, Protection.PROTECTED),
        ("https://api.x.com/oauth", False, Protection.UNKNOWN),
        ("http://api.x.com/oauth", True, Protection.UNPROTECTED),
        ("http://127.0.0.1:8740/oauth", True, Protection.ON_THIS_COMPUTER),
        ("http://[::1]:8740/oauth", True, Protection.ON_THIS_COMPUTER),
        ("http://127.0.0.1.x.example/", True, Protection.UNPROTECTED),
        ("about:blank", True, Protection.UNPROTECTED),
        ("", False, Protection.UNKNOWN),
    ],
)
def test_what_the_padlock_says(address: str, loaded: bool, protection: Protection) -> None:  # noqa: FBT001 - a parameter of the test
    assert parse_origin(QUrl(address), loaded=loaded).protection is protection


def test_what_the_strip_shows() -> None:
    shown = parse_origin(QUrl("http://127.0.0.1:8740/oauth?oauth_token=T"), loaded=True)
    assert (shown.scheme, shown.host, shown.path) == ("http://", "127.0.0.1:8740", "/oauth")
    assert parse_origin(QUrl(), loaded=False).scheme == ""


def test_a_screen_reader_is_announced_once_beside_other_flags() -> None:
    env = {"QTWEBENGINE_CHROMIUM_FLAGS": "--lang=en"}
    enable_screen_reader(env)
    enable_screen_reader(env)
    assert env["QTWEBENGINE_CHROMIUM_FLAGS"] == "--lang=en --force-renderer-accessibility"


def test_detours_say_why_and_where_the_sign_in_goes_on() -> None:
    for host, name in (("accounts.google.com", "Google"), ("appleid.apple.com", "Apple")):
        notice = explain_blocked_host(host)
        assert name in notice.title
        assert notice.continues_in_browser
    other = explain_blocked_host("help.x.com")
    assert "help.x.com" in other.title
    assert not other.continues_in_browser
    assert PASSKEY_NOTICE.continues_in_browser


def test_what_a_page_says_is_quoted_as_the_pages() -> None:
    message, question = quote_message("x.com", "Hello."), quote_question("x.com", "Sure?")
    assert (message.title, message.text, message.button) == ("Message from x.com", "“Hello.”", "")
    assert question.title == "Question from x.com"
    assert question.text.startswith("“Sure?” ")
    assert question.continues_in_browser

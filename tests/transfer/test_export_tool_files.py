"""Files of tools and of deployments have what their readers look for."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.support.run_records import ReaderRecord
from tests.transfer.django_project import run_django
from tests.transfer.export_readers import find_version, run
from tests.transfer.sample_keys import CI, B, K, S, T
from tests.transfer.sample_keys import TS as T_SECRET
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.export_presets import AccountGrouping, FileSyntax
from twauth_gui.transfer.export_renderer import (
    ExportEntry,
    PreviewEntry,
    render_accounts,
    render_files,
    render_preview,
)
from twauth_gui.transfer.preset_catalog import find_preset
from twauth_gui.transfer.preset_files import customize_preset

pytestmark = pytest.mark.slow  # each reader is a program

FULL = os.environ.get("TWAUTH_FULL") == "1"
PROFILE_READERS = ["PyYAML", "Psych of Ruby"] if FULL or shutil.which("ruby") else ["PyYAML"]
FOLDER_READERS = ["cat", "systemd-creds"] if FULL or shutil.which("systemd-creds") else ["cat"]
MOMENT = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
NEWS = ExportEntry(
    handle="fernwick_news",
    name="Fernwick Daily",
    user_id="1600000000000000003",
    app_label="Newsroom",
    keys=AppKeys(Secret(K), Secret(S), Secret(B), Secret(CI)),
    credentials=Credentials(Secret(T), Secret(T_SECRET)),
    tokens=TokenSet(Secret("access-2"), Secret("refresh-2"), MOMENT, ()),
)
TIDES = replace(NEWS, handle="12345", user_id="7", tokens=None)


def render(preset_id: str, *entries: ExportEntry, **settings: str) -> str:
    preset = customize_preset(find_preset(preset_id), settings)
    return render_accounts(preset, entries or (NEWS,), bearer=True).reveal()


# The profile that twurl and t take for a name, and the default one, as their RCFile finds them.
_FIND_PROFILES = """
file = YAML.load_file(ARGV.shift)
default = file["configuration"]["default_profile"]
found = ARGV.map { |name| file["profiles"][name][default[1]] }
puts JSON.dump([default, *found])
"""


@pytest.mark.proof
@pytest.mark.parametrize("reader", PROFILE_READERS)
@pytest.mark.parametrize("preset_id", ["twurl", "t"])
def test_twurl_and_t_find_the_profile_and_the_default(
    preset_id: str, reader: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    handles = ("12345", "1_000", "yes", "1e5", "null", "fernwick_news")
    path = tmp_path / ".twurlrc"
    path.write_text(render(preset_id, *(replace(NEWS, handle=handle) for handle in handles)))
    record = ReaderRecord(record_property, reader, f"twurl: {preset_id}")
    if reader == "PyYAML":
        record.version = yaml.__version__
        file = yaml.safe_load(path.read_text())
        default = file["configuration"]["default_profile"]
        found = [file["profiles"][handle][K] for handle in handles]
    elif shutil.which("ruby"):
        argv = ["ruby", "-ryaml", "-rjson", "-e", _FIND_PROFILES, str(path), *handles]
        default, *found = json.loads(run(argv))
        record.version = find_version(["ruby", "--version"])
    else:
        record.miss("ruby is not installed")
    keys = {"consumer_key": K, "consumer_secret": S, "token": T, "secret": T_SECRET}
    assert default == ["12345", K]
    assert found == [{"username": handle, **keys} for handle in handles]
    record.values = len(handles) * len(keys)
    record.save()


def test_xurl_gets_an_app_for_each_account() -> None:
    found = yaml.safe_load(render("xurl", NEWS, TIDES))
    assert found["default_app"] == "fernwick_news"
    news, tides = found["apps"]["fernwick_news"], found["apps"]["12345"]
    assert (news["client_id"], news["client_secret"], news["default_user"]) == (
        CI,
        "",
        "fernwick_news",
    )
    assert news["oauth2_tokens"]["fernwick_news"]["oauth2"] == {
        "access_token": "access-2",
        "refresh_token": "refresh-2",
        "expiration_time": int(MOMENT.timestamp()),
    }
    assert tides["oauth1_token"] == {
        "type": "oauth1",
        "oauth1": {
            "access_token": T,
            "token_secret": T_SECRET,
            "consumer_key": K,
            "consumer_secret": S,
        },
    }
    assert tides["bearer_token"] == {"type": "bearer", "bearer": B}
    assert "oauth2_tokens" not in tides
    shown = render_preview(find_preset("xurl"), [NEWS.preview()], bearer=True)
    assert str(int(MOMENT.timestamp())) not in shown


_TWARC_1 = """
import json, sys, twarc
for profile in ("", *sys.argv[2:]):
    read = twarc.Twarc(config=sys.argv[1], profile=profile, validate_keys=False)
    print(json.dumps([read.consumer_key, read.consumer_secret, read.access_token,
                      read.access_token_secret]))
"""
# Its command does the same, but needs a part of setuptools that is gone.
_TWARC_2 = """
import json, sys, twarc
from twarc.config import ConfigProvider
read = twarc.Twarc2(**ConfigProvider()(sys.argv[1], "twarc"))
print(json.dumps([read.consumer_key, read.consumer_secret, read.access_token,
                  read.access_token_secret]))
"""


def test_twarc_takes_its_keys_from_both_of_its_files(tmp_path: Path) -> None:
    marked = replace(NEWS, credentials=Credentials(Secret("7-a%b%%'\\"), Secret(T_SECRET)))
    profiles, config = tmp_path / ".twarc", tmp_path / "config"
    profiles.write_text(render("twarc1", marked, TIDES))
    # A bearer token would be the only thing that it takes.
    config.write_text(render("twarc2", replace(marked, keys=AppKeys(Secret(K), Secret(S)))))
    news, tides = [K, S, "7-a%b%%'\\", T_SECRET], [K, S, T, T_SECRET]
    argv = [sys.executable, "-c", _TWARC_1, str(profiles), "fernwick_news", "12345"]
    assert [json.loads(line) for line in run(argv).splitlines()] == [news, news, tides]
    assert json.loads(run([sys.executable, "-c", _TWARC_2, str(config)])) == news


def test_an_mcp_server_with_values_and_one_without_any() -> None:
    server = json.loads(render("mcp-env", command="uvx 'my server'"))["mcpServers"]["x"]
    assert (server["command"], server["args"]) == ("uvx", ["my server"])
    assert server["env"]["API_SECRET_KEY"] == S
    shown = [PreviewEntry("fernwick_news", reference="Newsroom/@fernwick_news")]
    preset = customize_preset(find_preset("mcp-run"), {"twauth": "/opt/twauth", "server": "news"})
    server = json.loads(render_preview(preset, shown))["mcpServers"]["news"]
    assert set(server) == {"command", "args"}
    assert server["command"] == "/opt/twauth"
    assert server["args"] == [
        *("run", "Newsroom/@fernwick_news", "--preset", "mcp", "--"),
        *("npx", "-y", "@enescinar/twitter-mcp"),
    ]


def test_a_workflow_names_secrets_and_has_none() -> None:
    text = render_preview(find_preset("github-workflow"), [NEWS.preview()])
    env = yaml.safe_load(text)["env"]
    assert env["X_API_KEY"] == "${{ secrets.X_API_KEY }}"
    assert len(env) == 4


def test_each_account_can_have_a_file_of_its_own() -> None:
    twins = [NEWS, replace(TIDES, handle="fernwick_news")]
    files = render_files(find_preset("x-file"), twins)
    assert [one.name for one in files] == ["fernwick_news.env", "fernwick_news_2.env"]
    assert f"X_ACCESS_TOKEN={T}\n" in files[0].text.reveal()
    (twarc, _other) = render_files(find_preset("twarc2"), twins)
    assert twarc.name == "fernwick_news/config"
    evil = render_files(find_preset("x-file"), [replace(NEWS, handle="../../etc/x")])
    assert [one.name for one in evil] == ["______etc_x.env"]
    with pytest.raises(ValueError, match="a file of its own"):
        render_accounts(find_preset("twarc2"), twins)


@pytest.mark.proof
@pytest.mark.parametrize("reader", FOLDER_READERS)
def test_a_folder_of_credentials_has_a_file_for_each_value(
    reader: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record = ReaderRecord(record_property, reader, FileSyntax.CREDENTIALS.value)
    for one in render_files(find_preset("systemd-credentials"), [NEWS]):
        (tmp_path / one.name).write_text(one.text.reveal())
        (tmp_path / one.name).chmod(0o600)
    if reader == "cat":
        show = ["cat"]
    elif shutil.which("systemd-creds"):
        show = [f"CREDENTIALS_DIRECTORY={tmp_path}", "systemd-creds", "cat"]
        record.version = find_version(["systemd-creds", "--version"])
    else:
        record.miss("systemd-creds is not installed")
    names = ("x_api_key", "x_api_secret", "x_access_token", "x_access_token_secret")
    assert [run([*show, name], cwd=tmp_path) for name in names] == [K, S, T, T_SECRET]
    record.values = len(names)
    record.save()


def test_app_keys_alone_appear_once_for_each_app() -> None:
    text = render("app-keys", NEWS, TIDES)
    assert text.count(K) == 1
    assert T not in text
    both = render("app-keys", NEWS, replace(TIDES, app_label="Tide Office"))
    assert f"TIDE_OFFICE_X_API_KEY={K}" in both
    listed = json.loads(render("app-keys-json", NEWS, replace(TIDES, app_label="Tides")))
    assert [one["app"] for one in listed] == ["Newsroom", "Tides"]


def test_every_preset_can_be_grouped_otherwise() -> None:
    preset = find_preset("x").grouped_by(AccountGrouping.SUFFIX)
    assert "X_API_KEY_12345=" in render_accounts(preset, [TIDES]).reveal()
    found = json.loads(render_accounts(find_preset("json-map"), [NEWS, NEWS]).reveal())
    assert list(found) == ["fernwick_news", "fernwick_news_2"]
    clash = replace(NEWS, handle="x")
    own = customize_preset(find_preset("x"), {"api_secret": "API_KEY"})
    with pytest.raises(ValueError, match="same name"):
        render_accounts(own, [clash, replace(NEWS, handle="x_x")])


def test_django_gets_settings_a_fixture_and_the_client_of_the_docs(tmp_path: Path) -> None:
    text = render("django-fixture", NEWS, TIDES, model="bots.bot", pk="40", handle="screen_name")
    shown = run_django(tmp_path, text, render("django-settings", NEWS, TIDES))
    assert shown.splitlines() == [
        f"40 fernwick_news {K} {S} {T} {T_SECRET}",
        f"41 12345 {K} {S} {T} {T_SECRET}",
    ]
    (one,) = json.loads(render("django-fixture", handle="", pk="null"))
    assert one["pk"] is None
    assert set(one["fields"]) == {"twitter_access_token", "twitter_access_token_secret"}

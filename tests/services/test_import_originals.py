"""Files in plain text are listed after an import, and deleted only as they were read."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.installations import (
    Installation,
    sign_in_elsewhere,
    write_twurlrc,
)
from tests.transfer.tools.tool_files import write_cawbird
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.import_originals import OriginalKeptError
from twauth_gui.services.import_plan import ImportOptions, OriginalFile
from twauth_gui.services.import_service import read_files

Values = dict[str, tuple[str, ...]]
NAMES = ("API_KEY", "API_SECRET", "ACCESS_TOKEN", "ACCESS_SECRET")


@pytest.fixture
def elsewhere(tmp_path: Path, sandbox: Sandbox) -> Values:
    return sign_in_elsewhere(tmp_path / "other", sandbox)


def write_env(path: Path, values: tuple[str, ...], more: str = "") -> Path:
    lines = [f"{name}={value}" for name, value in zip(NAMES, values, strict=True)]
    path.write_text("\n".join(lines) + f"\n{more}")
    return path


def import_files(installation: Installation, *paths: Path) -> tuple[OriginalFile, ...]:
    importer = installation.services.importer
    options = ImportOptions(hosts=Hosts.from_api_url(installation.sandbox.url))
    plan = importer.plan(read_files(paths, CancelToken()))
    for app in plan.apps:
        _ = importer.import_app(app, options)
    results = [importer.import_account(one, options, CancelToken()) for one in plan.accounts]
    return importer.find_originals(results, plan.apps)


def test_files_with_nothing_else_are_listed_and_deleted_one_by_one(
    installation: Installation, elsewhere: Values, tmp_path: Path
) -> None:
    twurl = write_twurlrc(tmp_path / ".twurlrc", elsewhere)
    names = ("fernwick_news", elsewhere["fernwick_news"][0])
    default = "configuration:\n  default_profile:\n" + "".join(f"  - {one}\n" for one in names)
    twurl.write_text(twurl.read_text() + default)
    env = write_env(tmp_path / ".env", elsewhere["marsh_weather"])
    link = tmp_path / "link.env"
    link.symlink_to(env)
    database = write_cawbird(tmp_path / "Cawbird.db")
    first, second = import_files(installation, twurl, link, database)
    assert (first.path, first.summary, first.others) == (env, "1 account", "")
    assert (second.path, second.summary, second.others) == (twurl, "2 accounts", "")
    assert second.command == ("twauth run @fernwick_news -- …\ntwauth run @marsh_weather -- …")
    installation.services.importer.delete_original(first)
    assert [one.exists() for one in (twurl, env, database)] == [True, False, True]
    with pytest.raises(OriginalKeptError, match="not deleted"):
        installation.services.importer.delete_original(first)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("DATABASE_URL=postgres://localhost/bots\n", "1 line with something else (line 5)"),
        ("# ask Jo before changing\nPORT=8080\n", "2 lines with something else"),
        ("MASTODON_ACCESS_TOKEN=abcdefghijklmnopqrstuvwxyz\n", "1 line with something else"),
        (f"TWITTER_BEARER_TOKEN={'A' * 100}\n", ""),
        ("export TWITTER_USERNAME=\n", ""),
    ],
)
def test_what_else_stands_in_a_file_keeps_it(  # noqa: PLR0917 - fixtures
    installation: Installation, elsewhere: Values, tmp_path: Path, more: str, told: str
) -> None:
    env = write_env(tmp_path / ".env", elsewhere["fernwick_news"], more)
    (original,) = import_files(installation, env)
    assert told in original.others
    assert bool(original.others) == bool(told)
    if told:
        with pytest.raises(OriginalKeptError) as refused:
            installation.services.importer.delete_original(original)
        assert refused.value.diagnosis.advice == original.others
        assert env.exists()
    installation.services.importer.delete_original(original, force=True)
    assert not env.exists()


def test_files_with_an_app_alone_are_listed_and_deleted(
    installation: Installation, elsewhere: Values, tmp_path: Path
) -> None:
    importer, store = installation.services.importer, installation.services.store
    pair = elsewhere["fernwick_news"][:2]
    text = f"API_KEY={pair[0]}\nAPI_SECRET={pair[1]}\n"
    names = ("one.env", "two.env", "with_port.env")
    one, two, more = (tmp_path / name for name in names)
    for path, rest in ((one, ""), (two, ""), (more, "PORT=8080\n")):
        path.write_text(text + rest)
    originals = import_files(installation, one, two, more)
    assert [it.path for it in originals] == [one, two, more]
    assert {(it.summary, it.command) for it in originals} == {("1 app", "")}
    assert [bool(it.others) for it in originals] == [False, False, True]
    importer.delete_original(originals[0])
    (app,) = store.apps.list_all()
    store.apps.remove(app.id)
    with pytest.raises(OriginalKeptError, match="not deleted"):
        importer.delete_original(originals[1])
    assert [path.exists() for path in (one, two, more)] == [False, True, True]


def test_a_bearer_token_that_is_not_saved_keeps_its_file(
    installation: Installation, elsewhere: Values, tmp_path: Path
) -> None:
    installation.add_app()
    more = f"BEARER_TOKEN={'A' * 100}\n"
    env = write_env(tmp_path / ".env", elsewhere["fernwick_news"], more)
    (original,) = import_files(installation, env)
    assert "1 line with something else (line 5)" in original.others


def rewrite_at_the_same_time(path: Path) -> None:
    """Change a byte, and neither size nor time: only the content tells."""
    before = path.stat()
    raw = path.read_bytes()
    path.write_bytes(raw[:-2] + b"z\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def touch(path: Path) -> None:
    os.utime(path, (1, 1))


def replace_with_link(path: Path) -> None:
    path.rename(path.with_name("moved"))
    path.symlink_to(path.with_name("moved"))


def replace_with_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "change", [rewrite_at_the_same_time, touch, replace_with_link, replace_with_folder]
)
def test_a_file_that_changed_since_it_was_read_stays(
    installation: Installation,
    elsewhere: Values,
    tmp_path: Path,
    change: Callable[[Path], None],
) -> None:
    env = write_env(tmp_path / ".env", elsewhere["fernwick_news"])
    (original,) = import_files(installation, env)
    change(env)
    with pytest.raises(OriginalKeptError):
        installation.services.importer.delete_original(original, force=True)
    assert env.exists()


def test_a_file_stays_if_its_credentials_are_no_longer_saved(
    installation: Installation, elsewhere: Values, tmp_path: Path
) -> None:
    env = write_env(tmp_path / ".env", elsewhere["fernwick_news"])
    (original,) = import_files(installation, env)
    store = installation.services.store
    (account,) = store.accounts.list_all()
    credentials = store.accounts.read_credentials(account.id)
    other = replace(credentials, access_secret=Secret("Other0Secret" * 4))
    _ = store.accounts.replace_credentials(account, other)
    for _ in range(2):
        with pytest.raises(OriginalKeptError) as refused:
            installation.services.importer.delete_original(original, force=True)
        assert "no longer saved" in refused.value.diagnosis.advice
        if store.accounts.list_all():
            store.accounts.hide(account.id)
    assert env.exists()


def test_a_second_name_and_an_account_that_was_left_are_told(
    installation: Installation, elsewhere: Values, tmp_path: Path
) -> None:
    twurl = write_twurlrc(tmp_path / "twurlrc", elsewhere)
    (tmp_path / "backup").hardlink_to(twurl)
    importer = installation.services.importer
    plan = importer.plan(read_files([twurl], CancelToken()))
    options = ImportOptions(hosts=Hosts.from_api_url(installation.sandbox.url))
    result = importer.import_account(plan.accounts[0], options, CancelToken())
    (original,) = importer.find_originals([result])
    assert "1 account that was not imported" in original.others
    assert "another name on this disk" in original.others


def test_nothing_is_offered_of_standard_input_or_of_a_file_that_is_gone(
    installation: Installation, elsewhere: Values, tmp_path: Path
) -> None:
    env = write_env(tmp_path / ".env", elsewhere["fernwick_news"])
    importer = installation.services.importer
    options = ImportOptions(hosts=Hosts.from_api_url(installation.sandbox.url))
    (item,) = importer.plan(read_files([env], CancelToken())).accounts
    result = importer.import_account(replace(item, path=None), options, CancelToken())
    assert importer.find_originals([result]) == ()
    assert len(importer.find_originals([replace(result, item=item)])) == 1
    env.unlink()
    assert importer.find_originals([replace(result, item=item)]) == ()

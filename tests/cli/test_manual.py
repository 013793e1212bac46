"""Proves that the manual says what the commands say."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.command import ROOT, TwauthCommand
from twauth_gui.cli.commands.accounts import CREDENTIAL_FIELDS
from twauth_gui.cli.errors import EXIT_CODE_MEANINGS, NEXT_STEPS, ExitCode, exit_code_of
from twauth_gui.cli.json_output import JSON_KEYS, JSON_SOURCES, serialize_app, serialize_diagnosis
from twauth_gui.cli.manual import iter_commands
from twauth_gui.cli.oauth2_output import OAUTH2_FIELDS
from twauth_gui.cli.root import root
from twauth_gui.cli.table import format_fields, format_table
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind, Remedy
from twauth_gui.services.unexpected_errors import describe_unexpected_error
from twauth_gui.xapi.errors.diagnosis import diagnose_oauth2_redirect
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import api_errors, network_errors, oauth2_errors

SCRIPT = str(ROOT / "packaging" / "docs" / "manual.py")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_pages_and_completion_scripts_are_not_stale() -> None:
    command = [sys.executable, SCRIPT, "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_command_teaches_with_an_example() -> None:
    for entry in iter_commands(root):
        assert entry.paragraphs, entry.name
        if "COMMAND" not in entry.usage or entry.name.endswith("run"):
            assert any("twauth" in words for words in entry.epilog), entry.name


def test_lists_of_commands_cut_nothing_off(bare: TwauthCommand) -> None:
    for words in ([], ["app"], ["vault", "--help"]):
        _usage, *lines = bare(*words).out.splitlines()
        assert not [line for line in lines if line.endswith("...")]


def test_every_key_of_json_is_explained(bare: TwauthCommand) -> None:
    diagnosis = Diagnosis(ProblemKind.UNKNOWN, "", "")
    app = App(AppId("a"), "Newsroom", NOW)
    assert set(JSON_KEYS) == set(JSON_SOURCES)
    assert set(serialize_app(app, 0)) == set(JSON_KEYS["app"])
    assert set(serialize_diagnosis(diagnosis) or ()) == set(JSON_KEYS["diagnosis"])
    for preset in json.loads(bare("presets", "--json").out):
        assert set(preset) == set(JSON_KEYS["preset"])
        assert set(preset["names"]) <= {
            *CREDENTIAL_FIELDS,
            *OAUTH2_FIELDS,
            "bearer_token",
            "client_secret",
        }
    for fault in json.loads(bare("sandbox", "--faults", "--json").out):
        assert set(fault) == set(JSON_KEYS["fault"])


def test_every_failure_has_a_code() -> None:
    codes = {kind: exit_code_of(Diagnosis(kind, "", "")) for kind in ProblemKind}
    assert set(codes.values()) <= set(EXIT_CODE_MEANINGS)
    assert codes[ProblemKind.KEYCHAIN_LOCKED] is ExitCode.NO_KEYCHAIN
    assert codes[ProblemKind.CREDENTIAL_MISSING] is ExitCode.NOT_FOUND
    assert codes[ProblemKind.APP_SUSPENDED] is ExitCode.REFUSED
    assert codes[ProblemKind.NO_NETWORK] is ExitCode.NETWORK
    assert codes[ProblemKind.UNKNOWN] is ExitCode.FAILED
    diagnosis = Diagnosis(ProblemKind.UNKNOWN, "", "", evidence=Evidence(status=418))
    assert exit_code_of(diagnosis) is ExitCode.REFUSED
    assert exit_code_of(describe_unexpected_error(ValueError())) is ExitCode.FAILED


@pytest.mark.parametrize(
    "entry",
    [
        api_errors.KEYS_MISSING,
        api_errors.KEYS_MALFORMED,
        api_errors.WRONG_PIN,
        api_errors.CLOCK,
        oauth2_errors.NO_CLIENT_ID,
        oauth2_errors.NO_REFRESH,
        oauth2_errors.BEARER_MALFORMED,
        network_errors.CALLBACK_ELSEWHERE,
    ],
    ids=lambda entry: entry.title,
)
def test_refused_is_only_what_x_refused(entry: ErrorTemplate) -> None:
    """The same kind is told where X says so, and where it is plain before X is asked."""
    found = entry.to_diagnosis(Evidence(), skew="off")
    assert exit_code_of(found) is ExitCode.FAILED
    assert exit_code_of(replace(found, evidence=Evidence(status=401))) is ExitCode.REFUSED


@pytest.mark.parametrize("error", ["access_denied", "unauthorized_client", "no_such_word"])
def test_what_xs_page_comes_back_with_was_refused_by_x(error: str) -> None:
    assert exit_code_of(diagnose_oauth2_redirect(error, "", "")) is ExitCode.REFUSED


def test_every_remedy_has_a_next_step() -> None:
    assert set(Remedy) - set(NEXT_STEPS) == {Remedy.NONE, Remedy.TRY_AGAIN}


def test_columns_stand_below_each_other_whatever_a_name_holds() -> None:
    lines = format_table(("A", "B"), [("東京", "x"), ("e\u0301a\x1b[2J", "y")]).splitlines()
    assert lines == ["A       B", "東京    x", "e\u0301a\ufffd[2J  y"]
    assert format_fields([("One", "1"), ("None", ""), ("Three", "a\nb")]) == "One    1\nThree  a b"

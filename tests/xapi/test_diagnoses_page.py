"""Proves that docs/diagnoses.md says what the program says, and names every row of the rules."""

from __future__ import annotations

import runpy
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.store import errors, vault_errors
from twauth_gui.xapi.errors import posting_rules, response_rules

ROOT = Path(__file__).parents[2]


def test_the_page_of_diagnoses_is_not_stale() -> None:
    page: str = runpy.run_path(str(ROOT / "packaging" / "docs" / "diagnoses.py"))["page"]()
    assert (ROOT / "docs" / "diagnoses.md").read_text("utf-8") == page, "run make docs"


def test_the_page_names_what_leads_to_each_message() -> None:
    page = (ROOT / "docs" / "diagnoses.md").read_text(encoding="utf-8")
    assert all(f"code {code}" in page for code in response_rules.CODES)
    assert all(f"`{name}`" in page for name in response_rules.NAMES)
    assert all(words in page for _entry, words in response_rules.SPECIAL)
    assert all(f"code {code}" in page for code in posting_rules.CODES)
    assert all(words in page for _entry, words in posting_rules.SPECIAL)
    assert all(parts[0] in page for parts, _entry in posting_rules.TEXTS)
    assert page.count("\n| **") > 60


def test_every_failure_of_keychain_file_and_list_is_on_the_page() -> None:
    listed = runpy.run_path(str(ROOT / "packaging" / "docs" / "diagnoses.py"))["list_failures"]()
    known = {
        one
        for part in (errors, vault_errors, vault_errors)
        for one in vars(part).values()
        if isinstance(one, type) and issubclass(one, DiagnosedError)
    }
    bases = {DiagnosedError, vault_errors.VaultError, vault_errors.SealedFileError}
    assert known - bases == listed

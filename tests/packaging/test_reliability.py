"""Prove that docs/reliability.md and the tests it is made of name each other."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
SCRIPT = ROOT / "packaging" / "docs" / "reliability.py"


def find_proving_tests() -> set[str]:
    """Return the tests that record what they saw."""
    found: set[str] = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        for one in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
                names = {argument.arg for argument in one.args.args}
                if "proof" in names:
                    found.add(f"{file.relative_to(ROOT)}::{one.name}")
    return found


def test_every_line_has_its_test_and_every_test_its_line() -> None:
    table = PAGE.read_text("utf-8").partition("\n## ")[0]
    lines = set(re.findall(r"\| `(tests/\S+::\w+)` \|$", table, re.MULTILINE))
    assert lines == find_proving_tests(), "run make reliability"


def test_the_page_says_when_and_where() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert re.search(r"^- Run on \d\d \w+ \d{4}, \d+ processor cores, ", text, re.MULTILINE)
    assert "SQLite" in text
    assert "gnome-keyring" in text


REPORT = """<testsuites><testsuite name="pytest">
<testcase classname="tests.a" name="test_b[1]" file="tests/test_a.py"><properties>
<property name="proof" value='{"fault": "F", "promise": "P", "counts": {"kills": 2, "lost": 0}}'/>
</properties></testcase>
<testcase classname="tests.a" name="test_b[2]" file="tests/test_a.py"><properties>
<property name="proof" value='{"fault": "F", "promise": "P", "counts": {"kills": 3, "lost": 0}}'/>
</properties>%s</testcase></testsuite></testsuites>"""

SHOW = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("reliability", sys.argv[1])
module = importlib.util.module_from_spec(spec)
sys.modules["reliability"] = module
spec.loader.exec_module(module)
module.FILE = Path(sys.argv[3])
sys.exit(module.main(Path(sys.argv[4]), Path(sys.argv[2])))
"""

GUARDS = '[{"what": "G", "test": "tests/test_a.py::test_b", "noticed": true}]'


def make_page(report: str, folder: Path) -> tuple[int, str]:
    """Make a page of a report; give the exit code and the page, "" where none was written."""
    source, page, guards = folder / "report.xml", folder / "page.md", folder / "guards.json"
    _ = source.write_text(report, encoding="utf-8")
    _ = guards.write_text(GUARDS, encoding="utf-8")
    words = [sys.executable, "-c", SHOW, str(SCRIPT), str(source), str(page), str(guards)]
    done = subprocess.run(words, check=False, capture_output=True, timeout=60)
    return done.returncode, page.read_text(encoding="utf-8") if page.exists() else ""


def test_variants_are_added_up_and_a_failure_writes_nothing(tmp_path: Path) -> None:
    code, page = make_page(REPORT % "<failure/>", tmp_path)
    assert (code, page) == (1, "")
    code, page = make_page(REPORT % "", tmp_path)
    assert code == 0
    assert "| F | P | kills 5 · lost 0 | `tests/test_a.py::test_b` |" in page
    assert "1 guards were removed, one at a time, and 1 were noticed." in page
    assert "| G | `tests/test_a.py::test_b` |" in page

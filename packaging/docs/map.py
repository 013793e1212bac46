"""Write docs/map.md: every file of twauth_gui with the first line of its docstring.

python packaging/docs/map.py            write the file
python packaging/docs/map.py --check    exit with 1 if it is out of date
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PACKAGE = _ROOT / "twauth_gui"
_FILE = _ROOT / "docs" / "map.md"
_HEAD = """# Map of the code

Every file of `twauth_gui`, by package, with the first line of its docstring. `make docs` writes
this page from the code; [ARCHITECTURE.md](../ARCHITECTURE.md) says how the parts work together.
"""


def _summary(path: Path) -> str:
    """Return the first line of a module's docstring.

    Raises:
        ValueError: the module has none.
    """
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if not text:
        raise ValueError(f"{path} has no docstring")
    return text.splitlines()[0].replace("``", "`").replace("|", "\\|")


def _package(folder: Path) -> list[str]:
    """Return the section of one package, without the packages in it."""
    lines = [
        f"## {folder.relative_to(_ROOT).as_posix()}",
        "",
        _summary(folder / "__init__.py"),
        "",
        "| file | topic |",
        "|---|---|",
    ]
    modules = (path for path in sorted(folder.glob("*.py")) if path.name != "__init__.py")
    return [*lines, *(f"| `{path.name}` | {_summary(path)} |" for path in modules), ""]


def page() -> str:
    """Return the whole page."""
    packages = sorted(path.parent for path in _PACKAGE.rglob("__init__.py"))
    return "\n".join([_HEAD, *(line for folder in packages for line in _package(folder))])


def main() -> int:
    """Write the page, or check that it is up to date."""
    text = page()
    if "--check" not in sys.argv[1:]:
        _FILE.write_text(text, encoding="utf-8")
        return 0
    if _FILE.is_file() and _FILE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{_FILE.name} is out of date: run make docs", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

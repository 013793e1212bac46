"""Write docs/map.md: every file of twauth_gui with the first line of its docstring.

`make docs` runs it; a test compares page() with the file.
"""

from __future__ import annotations

import ast
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


if __name__ == "__main__":
    _FILE.write_text(page(), encoding="utf-8")

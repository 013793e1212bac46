"""Write docs/command.md, docs/twauth.1 and the completion scripts, from the commands themselves.

python packaging/docs/manual.py            write the files
python packaging/docs/manual.py --check    end with 1 if one is out of date
"""

from __future__ import annotations

import sys
from pathlib import Path

from twauth_gui.cli.commands.completion import SCRIPT_FILES, render_script
from twauth_gui.cli.errors import EXIT_CODE_MEANINGS
from twauth_gui.cli.json_output import JSON_KEYS, JSON_SOURCES
from twauth_gui.cli.manual import ENVIRONMENT, CommandEntry, iter_commands, render_man_page
from twauth_gui.cli.root import root

_ROOT = Path(__file__).parents[2]
_MARKDOWN = _ROOT / "docs" / "command.md"
_MAN_PAGE = _ROOT / "docs" / "twauth.1"
_COMPLETIONS = _ROOT / "packaging" / "completions"


def render_markdown() -> str:
    """Render everything as Markdown."""
    first, *rest = iter_commands(root)
    lines = ["# The command", "", *_render_markdown_entry(first, heading=False)]
    for entry in rest:
        lines += _render_markdown_entry(entry)
    lines += ["## Exit codes", "", "| code | meaning |", "|---|---|"]
    lines += [f"| {code.value} | {words} |" for code, words in EXIT_CODE_MEANINGS.items()]
    lines += ["", "## Environment", "", "| variable | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {words} |" for name, words in ENVIRONMENT.items()]
    lines += ["", "## JSON", ""]
    lines += ["Keys may be added; none is renamed or removed. Times are ISO 8601 with a zone.", ""]
    for name, keys in JSON_KEYS.items():
        lines += [f"### {name}", "", JSON_SOURCES[name], "", "| key | meaning |", "|---|---|"]
        lines += [f"| `{key}` | {words} |" for key, words in keys.items()]
        lines.append("")
    return "\n".join(lines)


def _render_markdown_entry(entry: CommandEntry, *, heading: bool = True) -> list[str]:
    lines = [f"## {entry.name}", ""] if heading else []
    lines += ["```text", entry.usage, "```", ""]
    for paragraph in entry.paragraphs:
        lines += [paragraph, ""]
    if entry.options:
        lines += ["| option | meaning |", "|---|---|"]
        lines += [
            f"| `{_escape_cell(names)}` | {_escape_cell(words)} |" for names, words in entry.options
        ]
        lines.append("")
    for paragraph in entry.epilog:
        is_verbatim = "\n" in paragraph
        lines += ["```text", paragraph, "```", ""] if is_verbatim else [paragraph, ""]
    return lines


def _escape_cell(words: str) -> str:
    return words.replace("|", "\\|").replace("<", "&lt;")


def render_files() -> dict[Path, str]:
    """Render every file that comes from the commands."""
    scripts = {
        _COMPLETIONS / shell / name: f"{render_script(shell, root)}\n"
        for shell, name in SCRIPT_FILES.items()
    }
    return {_MARKDOWN: render_markdown(), _MAN_PAGE: render_man_page(root), **scripts}


def main() -> int:
    """Write the files, or compare them."""
    stale: list[str] = []
    for path, text in render_files().items():
        if "--check" not in sys.argv[1:]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(_ROOT)))
    if stale:
        print(f"Out of date: {', '.join(stale)}. Run: make docs", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

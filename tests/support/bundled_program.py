"""The program as a bundle starts it: PyInstaller sets sys.frozen and sys.executable."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_START = """\
import sys
sys.frozen, sys.executable = True, sys.argv.pop(1)
from twauth_gui.{module} import main
sys.exit(main())
"""


def make_bundled_program(folder: Path, name: str = "twauth", *, portable: bool = True) -> Path:
    """Put a program into a folder, with the folder of portable mode beside it; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    if portable:
        (folder / "Twauth-Data").mkdir(mode=0o755, exist_ok=True)
    program = folder / name
    code = _START.format(module="cli.main" if name == "twauth" else "__main__")
    words = shlex.join([sys.executable, "-c", code, str(program)])
    program.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {words} "$@"\n')
    program.chmod(0o755)
    return program

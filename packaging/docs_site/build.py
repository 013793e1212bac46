"""Build the documentation's site into out/site: `make site` runs it.

It ends with an error if a link leads nowhere, a page is not in the navigation, or a page would
load something from elsewhere.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from pages import find_remote_loads, write_source

_ROOT = Path(__file__).parents[2]
_HERE = Path(__file__).parent
_SITE = _ROOT / "out" / "site"
_WORK = _ROOT / "out" / "site-source"


def main() -> int:
    """Build the site; return the exit code."""
    for folder in (_WORK, _SITE):
        shutil.rmtree(folder, ignore_errors=True)
    source = _WORK / "source"
    source.mkdir(parents=True)
    write_source(_ROOT, source)
    strictly = ["--quiet", "--nitpicky", "--fail-on-warning", "--keep-going"]
    folders = ["-c", str(_HERE), "-d", str(_WORK / "doctrees"), str(source), str(_SITE)]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *strictly, *folders], check=False, cwd=_ROOT
    )
    if done.returncode:
        return done.returncode
    (_SITE / ".buildinfo").unlink()
    (_SITE / "_sources").rmdir()
    if remote := find_remote_loads(_SITE):
        print("The site loads something from elsewhere:", *remote, sep="\n", file=sys.stderr)
        return 1
    print(f"{_SITE.relative_to(_ROOT)}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())

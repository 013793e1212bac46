"""Render all scenes, compare them with the approved pictures, approve changes: make screenshots.

python -m tests.pictures.gallery [--approve]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from tests.pictures.measure import find_difference, place_side_by_side, reduce_tones
from tests.pictures.variants import DOCUMENTED, VARIANTS, Variant
from tests.support.namespaces import have_own_home

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
APPROVED = HERE / "approved"
OUT = REPOSITORY / "out" / "pictures"

_HOME = Path("/srv")
_SUFFIX = ".webp"
_SECONDS = 900.0
_PARALLEL = 2

# name of the picture in the documentation: variant and scene
_DOCUMENTED_SCENES = {
    "main-light": ("documented-light", "main"),
    "main-dark": ("documented-dark", "main"),
    "sign-in": ("documented-light", "resume"),
    "export": ("documented-light", "export"),
    "import": ("documented-light", "import-found"),
    "first-run": ("documented-light", "empty"),
}


def render(variant: Variant, scenes: Iterable[str] = ()) -> Path:
    """Render scenes of a variant, all if none is named; return the folder with the pictures.

    The process has an empty home of fixed name, a fixed time zone and locale, one font family,
    and a network of its own without other computers.
    """
    folder = OUT / variant.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    argv = [*have_own_home(_HOME), sys.executable, "-m", "tests.pictures.render_process"]
    argv += [variant.name, str(folder), *scenes]
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            argv,
            env=_environment(Path(scratch), variant),
            cwd=REPOSITORY,
            timeout=_SECONDS,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, f"{variant.name}: {done.stderr}"
    return folder


def _environment(scratch: Path, variant: Variant) -> dict[str, str]:
    """Return the environment; the screen is as large as the window, so that menus stay inside."""
    width, height = variant.size
    screen = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height}
    screens = scratch / "screens.json"
    screens.write_text(json.dumps({"screens": [screen | {"logicalDpi": 96, "dpr": 1}]}))
    return {
        "FONTCONFIG_FILE": str(HERE / "fonts" / "fonts.conf"),
        "HOME": str(_HOME / "jo"),
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "QT_FONT_DPI": "96",
        "QT_QPA_PLATFORM": f"offscreen:configfile={screens}",
        "QT_SCALE_FACTOR": "1",
        "TMPDIR": str(_HOME),
        "TZ": "UTC",
        "XDG_CACHE_HOME": str(scratch),
    }


def compare(variant: Variant) -> list[str]:
    """Compare what was rendered with what is approved; return the names of what differs."""
    names = _list_pictures(OUT / variant.name) | _list_pictures(_folder(variant))
    return [
        name
        for name in sorted(names)
        if find_difference(_read_rendered(variant, name), _read_approved(variant, name))
    ]


def show_changes(variant: Variant, changed: Iterable[str]) -> Path:
    """Write for each name actual, approved and difference side by side; return their folder."""
    folder = OUT / "changed"
    folder.mkdir(exist_ok=True)
    for name in changed:
        actual, known = _read_rendered(variant, name), _read_approved(variant, name)
        box = find_difference(actual, known)
        if box is not None:
            sheet = place_side_by_side(actual, known, box)
            sheet.save(folder / f"{name}-{variant.name}.png")
    return folder


def approve(variant: Variant, changed: Iterable[str]) -> None:
    """Make what was rendered the approved pictures of these names."""
    folder = _folder(variant)
    folder.mkdir(parents=True, exist_ok=True)
    rendered = _list_pictures(OUT / variant.name)
    for name in changed:
        path = folder / f"{name}{_SUFFIX}"
        if name in rendered:
            _read_rendered(variant, name).save(path, lossless=True, quality=100, method=4)
        else:
            path.unlink()


def list_shown_dialogs(variant: Variant) -> set[str]:
    """Return the names of the classes of dialogs that the rendered scenes have shown."""
    return set(json.loads((OUT / variant.name / "dialogs.json").read_text()).values())


def _folder(variant: Variant) -> Path:
    return APPROVED / variant.name


def _list_pictures(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*") if path.suffix in {".png", _SUFFIX}}


def _read_rendered(variant: Variant, name: str) -> Image.Image:
    """Return a rendered picture as it is stored; a single pixel if there is none."""
    picture = _read(OUT / variant.name / f"{name}.png")
    return reduce_tones(picture.reduce(variant.shrink) if variant.shrink > 1 else picture)


def _read_approved(variant: Variant, name: str) -> Image.Image:
    """Return an approved picture; a single pixel if there is none."""
    return _read(_folder(variant) / f"{name}{_SUFFIX}")


def _read(path: Path) -> Image.Image:
    if not path.exists():
        return Image.new("RGB", (1, 1))
    with Image.open(path) as picture:
        return picture.convert("RGB")


def _write_documented() -> None:
    for variant in DOCUMENTED.values():
        names = {name: s for name, (v, s) in _DOCUMENTED_SCENES.items() if v == variant.name}
        folder = render(variant, names.values())
        for name, scene in names.items():
            with Image.open(folder / f"{scene}.png") as picture:
                small = picture.convert("RGB").quantize(dither=Image.Dither.NONE)
                small.save(REPOSITORY / "docs" / "pictures" / f"{name}.png", optimize=True)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--approve", action="store_true")
    options = parser.parse_args(list(arguments))
    shutil.rmtree(OUT, ignore_errors=True)
    with ThreadPoolExecutor(_PARALLEL) as pool:
        _ = [*pool.map(render, VARIANTS.values())]
    lines: list[str] = []
    for variant in VARIANTS.values():
        changed = compare(variant)
        lines += [f"{variant.name}: {name}" for name in changed]
        if options.approve:
            approve(variant, changed)
        else:
            show_changes(variant, changed)
    if options.approve:
        _write_documented()
    sys.stdout.write("".join(f"{line}\n" for line in lines) or "No picture has changed.\n")
    return 0 if options.approve or not lines else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

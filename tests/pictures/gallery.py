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
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from PIL import Image

from tests.journeys.stage_steps import OWN_HOME
from tests.pictures.measure import find_difference, place_side_by_side, reduce_tones
from tests.pictures.variants import DOCUMENTED, THEMES, VARIANTS, Variant
from tests.support.namespaces import have_own_home

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
APPROVED = HERE / "approved"
OUT = REPOSITORY / "out" / "pictures"

_HOME = Path("/srv")
_SUFFIX = ".webp"
_DIALOGS = "dialogs.json"
SHARES = 3
"""In how many parts a variant is rendered, so that tests side by side end together."""

_SECONDS = 900.0
_PARALLEL = 3

# name of the picture in the documentation: theme and scene
_DOCUMENTED_SCENES = {
    "main-light": ("light", "main"),
    "main-dark": ("dark", "main"),
    "sign-in": ("light", "resume"),
    "export": ("light", "export"),
    "import": ("light", "import-found"),
    "several": ("light", "walk"),
    "explained": ("light", "explained"),
    "first-run": ("light", "empty"),
}


def render(
    variant: Variant, scenes: Iterable[str] = (), *, share: int = 0, of: int = 1, name: str = ""
) -> Path:
    """Render scenes of a variant, all if none is named; return the folder with the pictures.

    In it is a folder for each theme. The process has an empty home of fixed name, a fixed time
    zone and locale, one font family, and a network of its own without other computers.
    share, of: of all scenes only every of-th, from this one on. name: of the folder.
    """
    folder = OUT / (name or f"{variant.name}-{share}")
    shutil.rmtree(folder, ignore_errors=True)
    for theme in THEMES:
        (folder / theme).mkdir(parents=True)
    argv = [*have_own_home(_HOME), sys.executable, "-m", "tests.pictures.render_process"]
    argv += [variant.name, str(folder), *scenes, "--share", str(share), "--of", str(of)]
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


def find_changes(variant: Variant, share: int) -> tuple[Path, list[str]]:
    """Render a share of a variant; return its folder and the pictures that look different.

    A picture is named by its theme and scene. What differs is rendered once more, and counts if
    it differs again: some layouts depend on whether a worker or the first layout is sooner.
    """
    folder = render(variant, share=share, of=SHARES)
    changed = compare(variant, folder)
    if changed:
        scenes = sorted({Path(name).name for name in changed})
        again = render(variant, scenes, name=f"{variant.name}-{share}-again")
        changed = compare(variant, again)
        shutil.copytree(again, folder, ignore=shutil.ignore_patterns(_DIALOGS), dirs_exist_ok=True)
    return folder, changed


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
        OWN_HOME: "1",
    }


def compare(variant: Variant, folder: Path) -> list[str]:
    """Compare what was rendered with what is approved; return the pictures that differ."""
    return [
        name
        for name in _list_pictures(folder)
        if find_difference(_read_rendered(variant, folder, name), _read_approved(variant, name))
    ]


def _list_pictures(folder: Path) -> Iterator[str]:
    """Yield the theme and the scene of each picture in a folder."""
    return (f"{theme}/{scene}" for theme in THEMES for scene in read_dialogs(folder))


def show_changes(variant: Variant, folder: Path, changed: Iterable[str]) -> Path:
    """Write for each name actual, approved and difference side by side; return their folder."""
    out = OUT / "changed"
    out.mkdir(exist_ok=True)
    for name in changed:
        actual, known = _read_rendered(variant, folder, name), _read_approved(variant, name)
        box = find_difference(actual, known)
        if box is not None:
            sheet = place_side_by_side(actual, known, box)
            sheet.save(out / f"{Path(name).name}-{Path(name).parent}-{variant.name}.png")
    return out


def read_dialogs(folder: Path) -> dict[str, str]:
    """Return the class of the dialog, "" for none, by the name of the scene, in order."""
    path = folder / _DIALOGS
    dialogs: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return dict(sorted(dialogs.items()))


def _approve(variant: Variant, found: Sequence[tuple[Path, Sequence[str]]]) -> None:
    """Make what has changed in these folders the approved pictures of a variant."""
    approved = approved_folder(variant)
    for theme in THEMES:
        (approved / theme).mkdir(parents=True, exist_ok=True)
    dialogs: dict[str, str] = {}
    for folder, changed in found:
        dialogs |= read_dialogs(folder)
        for name in changed:
            picture = _read_rendered(variant, folder, name)
            picture.save(approved / f"{name}{_SUFFIX}", lossless=True, quality=100, method=4)
    for path in approved.glob(f"*/*{_SUFFIX}"):
        if path.stem not in dialogs:
            path.unlink()
    text = json.dumps(dialogs, indent=1, sort_keys=True)
    (approved / _DIALOGS).write_text(f"{text}\n")


def approved_folder(variant: Variant) -> Path:
    """Return the folder with the approved pictures of a variant."""
    return APPROVED / variant.name


def _read_rendered(variant: Variant, folder: Path, name: str) -> Image.Image:
    """Return a rendered picture as it is stored."""
    picture = _read(folder / f"{name}.png")
    return reduce_tones(picture.reduce(variant.shrink) if variant.shrink > 1 else picture)


def _read_approved(variant: Variant, name: str) -> Image.Image:
    """Return an approved picture; a single pixel if there is none."""
    return _read(approved_folder(variant) / f"{name}{_SUFFIX}")


def _read(path: Path) -> Image.Image:
    if not path.exists():
        return Image.new("RGB", (1, 1))
    with Image.open(path) as picture:
        return picture.convert("RGB")


def _write_documented() -> None:
    folder = render(DOCUMENTED, sorted({scene for _, scene in _DOCUMENTED_SCENES.values()}))
    for name, (theme, scene) in _DOCUMENTED_SCENES.items():
        with Image.open(folder / theme / f"{scene}.png") as picture:
            small = picture.convert("RGB").quantize(dither=Image.Dither.NONE)
            small.save(REPOSITORY / "docs" / "pictures" / f"{name}.png", optimize=True)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--approve", action="store_true")
    options = parser.parse_args(list(arguments))
    shutil.rmtree(OUT, ignore_errors=True)
    lines: list[str] = []
    for variant in VARIANTS.values():
        with ThreadPoolExecutor(_PARALLEL) as pool:
            found = [*pool.map(partial(find_changes, variant), range(SHARES))]
        for folder, changed in found:
            lines += [f"{variant.name}: {name}" for name in changed]
            show_changes(variant, folder, changed)
        if options.approve:
            _approve(variant, found)
    if options.approve:
        _write_documented()
    sys.stdout.write("".join(f"{line}\n" for line in lines) or "No picture has changed.\n")
    return 0 if options.approve or not lines else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

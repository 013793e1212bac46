"""Write the folder ``licences`` of a bundle: the texts, an index, the bill of materials."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import distributions
from pathlib import Path

from licences.bundled_files import list_files, read_bundled_files
from licences.components import HERE, BundleComponent, ComponentTable, LicenceError
from licences.debian_packages import DebianPackages
from licences.inventory import Inventory
from licences.python_packages import PROJECT, PythonPackages
from licences.sbom import extend_sbom, render_sbom
from twauth_gui.services.licences import LICENCE_FOLDER, SBOM

INDEX = "README.txt"
_COMMON = re.compile(r"/usr/share/common-licenses/([A-Za-z]+(?:-[0-9]+(?:\.[0-9]+)?)?)")
_UNVERSIONED = {"GPL": "GPL-3", "LGPL": "LGPL-3", "GFDL": "GFDL-1.3"}


def write_licences(bundle: Path, work: Path, *, timestamp: int) -> list[BundleComponent]:
    """Write the folder of licences into a bundle, and return the components that it is made of.

    The last step before the bundle is packed: the hashes are those of its files as they are now.

    Args:
        bundle: a folder with the programs and _internal.
        work: PyInstaller's work folder of the same build.
        timestamp: of the bill of materials, in seconds since 1970.

    Raises:
        LicenceError: a file has no owner, or an owner no licence or text; all are named.
    """
    shutil.rmtree(bundle / LICENCE_FOLDER, ignore_errors=True)
    files = list_files(bundle, read_bundled_files(work))
    table = ComponentTable()
    inventory = Inventory(
        table,
        PythonPackages(table, distributions()),
        DebianPackages(table.debian),
        versions={"Chromium": read_chromium_version()},
    )
    components = inventory.collect(files)
    write_folder(bundle, components, timestamp=timestamp)
    return components


def write_folder(bundle: Path, components: Sequence[BundleComponent], *, timestamp: int) -> None:
    """Write texts, index and bill of materials of these components into a bundle."""
    target = bundle / LICENCE_FOLDER
    write_texts(target, components)
    (target / INDEX).write_text(render_index(components), encoding="utf-8")
    project = next(one for one in components if one.name == PROJECT)
    bill = render_sbom(project, components, bundle, timestamp=timestamp)
    (target / SBOM).write_text(bill, encoding="utf-8")


def add_component(bundle: Path, component: BundleComponent) -> None:
    """Add a component to the texts, the index and the bill of materials that a bundle has.

    Raises:
        LicenceError: it has no licence or no text.
    """
    problems = component.find_problems()
    if problems:
        raise LicenceError(problems)
    target = bundle / LICENCE_FOLDER
    write_texts(target, [component])
    with (target / INDEX).open("a", encoding="utf-8") as index:
        index.write(f"\n{_render(component)}")
    bill = (target / SBOM).read_text(encoding="utf-8")
    (target / SBOM).write_text(extend_sbom(bill, component, bundle), encoding="utf-8")


def read_chromium_version() -> str:
    """Return the version of Chromium in Qt's web engine, which only the engine itself knows."""
    code = "from PySide6.QtWebEngineCore import qWebEngineChromiumVersion as v; print(v())"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write_texts(target: Path, components: Iterable[BundleComponent]) -> None:
    """Copy all texts into a folder, with the common licences that they mention."""
    common: set[str] = set()
    for component in components:
        for name, source in component.texts.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
            text = path.read_text(encoding="utf-8", errors="replace")
            common |= {_UNVERSIONED.get(one[1], one[1]) for one in _COMMON.finditer(text)}
        common |= {
            path.stem
            for path in (HERE / "common").iterdir()
            for part in component.parts
            if path.stem in part.licence
        }
    for name in common:
        path = target / "common" / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / "common" / path.name, path)


def render_index(components: Sequence[BundleComponent]) -> str:
    """Return the index that people read."""
    introduction = (HERE / "introduction.txt").read_text(encoding="utf-8")
    return "\n".join([introduction, *(_render(one) for one in components)])


def _render(component: BundleComponent) -> str:
    lines = [f"{component.name} {component.version}".rstrip()]
    lines.append(f"    Licence: {component.licence}")
    lines += [f"    Text: {name}" for name in component.texts]
    if component.source:
        lines.append(f"    Source: {component.source}")
    for part in sorted(component.parts, key=lambda one: (one.name, one.version)):
        about = f"{part.name} {part.version}".rstrip()
        where = part.source or part.purl
        lines.append(f"    Contains: {about}, {part.licence}" + (f" ({where})" if where else ""))
    return "\n".join([*lines, ""])

"""Prove that everything in a bundle has an owner and a licence, or is named."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.metadata import distributions
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.utils import canonicalize_name

from licences.bundled_files import BundledFile, list_files, read_bundled_files
from licences.components import HERE, BundleComponent, ComponentTable, LicenceError, locate_texts
from licences.debian_packages import DebianPackages
from licences.folder import INDEX, add_component, write_folder
from licences.inventory import Inventory, describe_appimage_runtime
from licences.python_packages import PythonPackages
from twauth_gui.services.environment_report import list_libraries
from twauth_gui.services.licences import SBOM, list_licensed_works

ELF = b"\x7fELF made up"
LIBRARY = "/usr/lib/made-up/libexample.so.1"
QT = "PySide6/Qt/lib/libQt6Core.so.6"
EXPECTED = {
    "example-python": (
        "1.5",
        "BSD-3-Clause",
        ["_internal/example/_native.so"],
        ["example-python/LICENSE"],
    ),
    "openssl": ("1:3.0.1+b-2", "Apache-2.0", ["_internal/libexample.so.1"], ["openssl/copyright"]),
    "Qt Base": (
        "6.9.1",
        "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only",
        [f"_internal/{QT}"],
        None,
    ),
    "twauth": ("9.0", "MIT", ["twauth"], ["twauth/LICENSE"]),
}


class MadeUpBuild:
    """A bundle with the site-packages, the project and the Debian system that it was built from."""

    def __init__(self, folder: Path) -> None:
        self.site, self.project = folder / "site", folder / "project"
        self.bundle, self.work = folder / "bundle", folder / "work"
        self.debian_root = folder / "debian"
        self._entries: list[tuple[str, str, str]] = []

    def install(self, name: str, version: str, metadata: str, files: dict[str, str]) -> None:
        """Install a Python package; files: their contents, {info} is its dist-info."""
        info = f"{name.replace('-', '_')}-{version}.dist-info"
        contents = {key.format(info=info): value for key, value in files.items()}
        contents[f"{info}/METADATA"] = (
            f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{metadata}"
        )
        for key, value in contents.items():
            write(self.site / key, value)
        record = "".join(f"{key},,\n" for key in (*contents, f"{info}/RECORD"))
        write(self.site / info / "RECORD", record)

    def install_debian(
        self, package: str, source: str, file: str, version: str = "1:3.0.1+b-2"
    ) -> None:
        database = self.debian_root / "var/lib/dpkg"
        write(
            database / "status",
            f"Package: {package}\nStatus: install ok installed\nMaintainer: A <a@b.invalid>\n"
            f"Architecture: all\nSource: {source} ({version})\nVersion: {version}+b1\n"
            "Description: x\n\n",
        )
        write(database / "info" / f"{package}.list", f"/.\n{file}\n")
        copyright_file = self.debian_root / "usr/share/doc" / package / "copyright"
        write(copyright_file, "See /usr/share/common-licenses/GPL-2. And the LGPL.\n")

    def bundle_file(self, name: str, source: Path | str, kind: str = "BINARY") -> None:
        """Put a file into the bundle as PyInstaller does."""
        self._entries.append((name, str(source), kind))
        inside = self.bundle if kind == "EXECUTABLE" else self.bundle / "_internal"
        write(inside / name, ELF.decode())
        write(self.work / "COLLECT-00.toc", repr((self._entries,)))

    def bundle_module(self, name: str, source: str) -> None:
        """Put a Python module into the programs."""
        table = ("PYZ-00.pyz", [(name, source, "PYMODULE"), ("namespace", "-", "PYMODULE")])
        write(self.work / "PYZ-00.toc", repr(table))

    def collect(self) -> list[BundleComponent]:
        table = ComponentTable()
        inventory = Inventory(
            table,
            PythonPackages(table, distributions(path=[str(self.site)])),
            DebianPackages(table.debian, self.debian_root),
            project=self.project,
        )
        return inventory.collect(list_files(self.bundle, read_bundled_files(self.work)))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def list_names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def build(tmp_path: Path) -> MadeUpBuild:
    """A small bundle of which everything is known."""
    made = MadeUpBuild(tmp_path)
    part = {"name": "inner", "version": "2", "licenses": [{"expression": "MPL-2.0 OR MIT"}]}
    bill = {"components": [{**part, "purl": "pkg:cargo/inner@2?download_url=https://a.invalid"}]}
    licence = "The licence, in its own words: ©\n"
    made.install(
        "example-python",
        "1.5",
        "License: BSD-3-Clause\nProject-URL: Source, https://a.invalid/source\n",
        {
            "example/__init__.py": "",
            "example/_native.so": "",
            "{info}/licenses/LICENSE": licence,
            "{info}/sboms/inner.cdx.json": json.dumps(bill),
        },
    )
    made.install("PySide6_Essentials", "6.9.1", "", {QT: ""})
    made.install("twauth", "9.0", "License-Expression: MIT\n", {"{info}/licenses/LICENSE": "MIT"})
    made.install_debian("libexample1", "openssl", LIBRARY)
    made.bundle_file("example/_native.so", made.site / "example/_native.so")
    made.bundle_file("libexample.so.1", LIBRARY.removeprefix("/usr"))
    made.bundle_file(QT, made.site / QT)
    made.bundle_file("twauth", made.project / "build/twauth", "EXECUTABLE")
    made.bundle_module("example", str(made.site / "example/__init__.py"))
    write(made.bundle / "share/twauth.desktop", "[Desktop Entry]")
    (made.bundle / "_internal/link.so").symlink_to("libexample.so.1")
    return made


def test_the_folder_has_each_owner_with_licence_texts_and_hashes(build: MadeUpBuild) -> None:
    write_folder(build.bundle, build.collect(), timestamp=86_400)
    folder = build.bundle / "licences"
    text = (folder / "twauth.cdx.json").read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    assert bill["metadata"]["timestamp"] == "1970-01-02T00:00:00+00:00"
    index = (folder / "README.txt").read_text(encoding="utf-8")
    found = {one["name"]: one for one in (bill["metadata"]["component"], *bill["components"])}
    assert found.keys() == EXPECTED.keys()
    for name, (version, licence, files, texts) in EXPECTED.items():
        component = found[name]
        assert component["version"] == version
        assert component["licenses"] == [{"expression": licence}]
        inner = [one for one in component["components"] if one["type"] == "file"]
        assert [one["name"] for one in inner] == files
        digest = hashlib.sha256(ELF).hexdigest()
        assert [one["hashes"][0]["content"] for one in inner] == [digest] * len(files)
        named = [
            one["value"] for one in component["properties"] if one["name"] == "twauth:licence-text"
        ]
        assert texts is None or named == texts
        assert all((folder / one).stat().st_size for one in named)
        assert f"{name} {version}\n    Licence: {licence}\n    Text: {named[0]}\n" in index
    assert (folder / "example-python/LICENSE").read_text("utf-8").endswith("own words: ©\n")
    assert "Contains: inner 2, MPL-2.0 OR MIT (pkg:cargo/inner@2)" in index
    assert "Source: https://a.invalid/source" in index
    # What Debian's text and the part's licence refer to, and what Qt's own texts do.
    assert {"GPL-2.txt", "MPL-2.0.txt", "LGPL-3.txt"} <= list_names(folder / "common")
    purl = PackageURL.from_string(found["openssl"]["purl"])
    assert (purl.type, purl.name, purl.version) == ("deb", "openssl", "1:3.0.1+b-2")
    assert purl.to_string() == found["openssl"]["purl"]


def test_the_folder_is_the_same_again(build: MadeUpBuild) -> None:
    bills: list[str] = []
    for _ in range(2):
        write_folder(build.bundle, build.collect(), timestamp=0)
        bills.append((build.bundle / "licences/twauth.cdx.json").read_text(encoding="utf-8"))
    assert bills[0] == bills[1]
    build.bundle_file("more.so", build.site / "example/_native.so")
    write_folder(build.bundle, build.collect(), timestamp=0)
    other = (build.bundle / "licences/twauth.cdx.json").read_text(encoding="utf-8")
    assert json.loads(other)["serialNumber"] != json.loads(bills[0])["serialNumber"]


@pytest.mark.parametrize("path", ["_internal/lost.txt", "lost.so"])
def test_a_file_that_nobody_put_there_is_named(build: MadeUpBuild, path: str) -> None:
    write(build.bundle / path, ELF.decode())
    with pytest.raises(LicenceError, match=rf"^{re.escape(path)}: it has no owner"):
        build.collect()


def test_all_files_without_an_owner_are_named(build: MadeUpBuild) -> None:
    build.bundle_file("libstray.so", "/nowhere/libstray.so")
    build.bundle_file("PySide6/Qt/lib/libQt6New.so.6", build.site / QT)
    build.bundle_module("stray", "/nowhere/stray.py")
    with pytest.raises(LicenceError) as caught:
        build.collect()
    assert sorted(line.partition(":")[0] for line in str(caught.value).splitlines()) == [
        "/nowhere/stray.py",
        "_internal/PySide6/Qt/lib/libQt6New.so.6",
        "_internal/libstray.so",
    ]


def test_owners_without_licence_or_text_are_named(build: MadeUpBuild) -> None:
    bill = {"components": [{"name": "inner", "version": "2", "purl": "pkg:cargo/inner@2"}]}
    build.install("bare", "1", "License: Somehow free\n", {"bare.so": ""})
    build.install(
        "half",
        "1",
        "License: MIT\n",
        {"half.so": "", "{info}/LICENSE": "x", "{info}/sboms/a.json": json.dumps(bill)},
    )
    build.bundle_file("bare.so", build.site / "bare.so")
    build.bundle_file("half.so", build.site / "half.so")
    build.install_debian("libunknown1", "unheard-of", LIBRARY)
    with pytest.raises(LicenceError) as caught:
        build.collect()
    assert str(caught.value).splitlines() == [
        "bare: no licence text",
        "bare: no licence is named",
        "inner (in half): no licence is named",
        "unheard-of: no licence is named",
    ]


@pytest.mark.parametrize(
    ("version", "licence"), [("5.4.1-1", "LicenseRef-public-domain"), ("5.8.1-1+deb13u2", "0BSD")]
)
def test_a_licence_can_depend_on_the_version(
    build: MadeUpBuild, version: str, licence: str
) -> None:
    build.install_debian("liblzma5", "xz-utils", LIBRARY, version)
    found = {one.name: one for one in build.collect()}
    assert (found["xz-utils"].version, found["xz-utils"].licence) == (version, licence)


def test_the_table_names_texts_that_exist_and_all_of_them() -> None:
    table = ComponentTable()
    owners = [*table.parts, *table.packages.values(), table.python]
    named = {name for one in owners for name in one.get("texts", ())}
    assert [name for name in named if not locate_texts("x", [name]).popitem()[1].is_file()] == []
    notices = {f"notices/{path.name}" for path in (HERE / "notices").iterdir()}
    assert notices <= named
    mentioned = {
        match[1]
        for path in (HERE / "notices").iterdir()
        for match in re.finditer(r"common-licenses/([A-Z]+-[\d.]*\d)", path.read_text("utf-8"))
    }
    assert {f"{one}.txt" for one in mentioned} <= list_names(HERE / "common")


def test_every_library_that_is_installed_says_its_licence() -> None:
    table = ComponentTable()
    packages = PythonPackages(table, distributions())
    names = {one.name for one in list_libraries()} | {"twauth", "pyinstaller"}
    found = {canonicalize_name(one.metadata["Name"]): one for one in distributions()}
    components = [packages.describe(found[canonicalize_name(name)]) for name in names]
    assert [problem for one in components for problem in one.find_problems()] == []
    assert all(one.source for one in components if one.name != "twauth")


def test_what_is_shipped_beside_the_bundle_counts_too(build: MadeUpBuild) -> None:
    table = ComponentTable()
    inventory = Inventory(
        table,
        PythonPackages(table, distributions(path=[str(build.site)])),
        DebianPackages(table.debian, build.debian_root),
        project=build.project,
    )
    (component,) = inventory.collect([BundledFile("", Path(LIBRARY))])
    assert (component.name, component.files) == ("openssl", [])


def test_the_runtime_of_an_appimage_counts_too(build: MadeUpBuild, tmp_path: Path) -> None:
    write_folder(build.bundle, build.collect(), timestamp=0)
    texts, folder = tmp_path / "runtime.licences", build.bundle / "licences"
    write(texts / "type2-runtime_d66f700a", "/* Permission is hereby granted */")
    write(texts / "glibc_2.41-12+deb13u1", "See /usr/share/common-licenses/LGPL-2.1.")
    write(texts / "xz-utils_5.8.1-1", "0BSD")
    add_component(build.bundle, describe_appimage_runtime(texts))
    works = {one.name: one for one in list_licensed_works(folder)}
    assert {*EXPECTED, "AppImage runtime"} == works.keys()
    runtime = works["AppImage runtime"]
    assert (runtime.version, runtime.licence) == ("d66f700a", "MIT")
    assert [one.read_text() for one in runtime.texts] == [
        (texts / one.name).read_text() for one in sorted(texts.iterdir())
    ]
    assert list(runtime.parts) == [
        "glibc 2.41-12+deb13u1: LGPL-2.1-or-later",
        "xz-utils 5.8.1-1: 0BSD",
    ]
    assert (folder / "common/LGPL-2.1.txt").is_file()
    assert "Contains: glibc 2.41-12+deb13u1, LGPL-2.1-or-later" in (folder / INDEX).read_text()
    bill = (folder / SBOM).read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    assert "pkg:github/appimage/type2-runtime" in json.loads(bill)["dependencies"][0]["dependsOn"]
    write(texts / "unheard-of_1", "Nobody knows")
    with pytest.raises(LicenceError, match="unheard-of"):
        add_component(build.bundle, describe_appimage_runtime(texts))

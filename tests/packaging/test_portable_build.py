"""Prove what the portable build checks and lays out, without building one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.bundled_program import make_bundled_program

LINUX = Path(__file__).parents[2] / "packaging" / "linux"
APP_ID = "dev.twauth.Twauth"
_IMPORTS = """
from pathlib import Path
from sys import argv
from appimage import *
from elf_files import *
"""


def run_python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run code that uses the build's modules, imported as build.py does; argv has the arguments."""
    return subprocess.run(
        [sys.executable, "-c", _IMPORTS + code, *map(str, arguments)],
        cwd=LINUX,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
    )


def program_in(folder: Path) -> Path:
    """Put a program of this system into a folder; it needs this system's glibc."""
    folder.mkdir()
    return Path(shutil.copy(Path(shutil.which("sh") or "").resolve(), folder / "sh"))


def test_a_bundle_that_needs_a_newer_glibc_is_refused(tmp_path: Path) -> None:
    program = program_in(tmp_path / "bundle")
    (tmp_path / "bundle" / "notes.txt").write_text("GLIBC_2.99")
    (tmp_path / "bundle" / "link").symlink_to("sh")
    code = (
        "floor = parse_version(argv[2]); found, path = require_glibc_floor(Path(argv[1]), floor);"
    )
    code += "print(*found, path)"
    passed = run_python(code, program.parent, "2.99")
    major, minor, path = passed.stdout.split()
    assert (major, path) == ("2", str(program))
    assert run_python(code, program.parent, f"2.{minor}").returncode == 0
    refused = run_python(code, program.parent, f"2.{int(minor) - 1}")
    assert refused.returncode == 1
    assert f"{program} needs 2.{minor}" in refused.stderr
    assert "link" not in refused.stderr


def test_stripping_leaves_a_program_that_runs(tmp_path: Path) -> None:
    program = program_in(tmp_path / "bundle")
    subprocess.run(["objcopy", f"--add-section=.debug_x={__file__}", program], check=True)
    before = program.stat().st_size
    done = run_python("strip_files([Path(argv[1])])", program)
    assert done.returncode == 0, done.stderr
    assert program.stat().st_size < before
    assert subprocess.check_output([program, "-c", "echo runs"]) == b"runs\n"


def test_an_appdir_starts_the_window_or_the_command(tmp_path: Path) -> None:
    bundle, folder = tmp_path / "bundle", tmp_path / "AppDir"
    (bundle / "share").mkdir(parents=True)
    for name in (f"{APP_ID}.desktop", f"{APP_ID}.svg", f"{APP_ID}.metainfo.xml"):
        (bundle / "share" / name).write_text(name)
    for name in ("twauth", "twauth-gui"):
        (bundle / name).write_text(f'#!/bin/sh\necho {name} "$@"\n')
        (bundle / name).chmod(0o755)
    done = run_python("lay_out(Path(argv[1]), Path(argv[2]))", bundle, folder)
    assert done.returncode == 0, done.stderr
    assert (folder / ".DirIcon").read_text() == f"{APP_ID}.svg"
    assert (folder / f"{APP_ID}.desktop").exists()
    assert (folder / "usr" / "share" / "metainfo" / f"{APP_ID}.metainfo.xml").exists()
    for name, started in (("/home/x/bin/twauth", "twauth"), ("./Twauth.AppImage", "twauth-gui")):
        for place in ({"APPDIR": str(folder)}, {}):
            env = {"PATH": os.environ["PATH"], "ARGV0": name, **place}
            out = subprocess.check_output([folder / "AppRun", "a b"], env=env, text=True)
            assert out == f"{started} a b\n", (name, place)


def test_portable_mode_is_tried_on_a_built_program(tmp_path: Path) -> None:
    program = make_bundled_program(tmp_path / "bundle", portable=False)
    command = ["sh", str(LINUX / "check-portable"), str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (
        0,
        "Portable mode keeps everything beside twauth.\n",
    ), done.stderr
    assert [one.name for one in program.parent.iterdir()] == ["twauth"]
    command.append("--data-dir=" + str(tmp_path / "elsewhere"))
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    (program.parent / "Twauth-Data").mkdir()
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2
    assert (program.parent / "Twauth-Data").exists(), "what was there stays"


def test_another_runtime_than_the_named_one_is_refused(tmp_path: Path) -> None:
    runtime = tmp_path / "runtime"
    runtime.write_bytes(b"runtime")
    code = "print(read_runtime(Path(argv[1]), argv[2]))"
    refused = run_python(code, runtime, "0" * 64)
    assert refused.returncode == 1
    assert "Nothing was packed." in refused.stderr
    digest = refused.stderr.split("SHA-256 ")[1].split(".")[0]
    assert run_python(code, runtime, digest.upper()).stdout == "b'runtime'\n"


def test_another_source_than_the_pinned_one_is_not_compiled(tmp_path: Path) -> None:
    source = tmp_path / "type2-runtime" / "src" / "runtime"
    source.mkdir(parents=True)
    for name in ("runtime.c", "data_sections.ld"):
        (source / name).write_text("int main(void) { return 0; }")
    output = tmp_path / "runtime"
    script = str(LINUX / "appimage-runtime")
    command = ["sh", script, str(source.parents[1]), str(tmp_path), str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "is not type2-runtime at commit d66f700a" in done.stderr
    assert not output.exists()

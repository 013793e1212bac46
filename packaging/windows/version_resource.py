"""Write the version resource of a Windows program, as PyInstaller reads it."""

from __future__ import annotations

from pathlib import Path

COMPANY = "The Twauth developers"
_DESCRIPTIONS = {"twauth-gui": "Twauth", "twauth": "Twauth command"}
_LANGUAGE, _CODE_PAGE = 0x409, 1200  # English (United States), Unicode


def parse_version(version: str) -> tuple[int, int, int, int]:
    """Return the four numbers that Windows compares.

    Raises:
        ValueError: it has another form than 1.2.3.
    """
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch, 0


def render_version_resource(program: str, version: str) -> str:
    """Return the text of the resource for one of the two programs."""
    numbers = parse_version(version)
    strings = {
        "CompanyName": COMPANY,
        "FileDescription": _DESCRIPTIONS[program],  # the Task Manager's name for it
        "FileVersion": version,
        "InternalName": program,
        "LegalCopyright": f"{COMPANY}. MIT licence",
        "OriginalFilename": f"{program}.exe",
        "ProductName": "Twauth",
        "ProductVersion": version,
    }
    table = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in strings.items())
    return f"""VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([StringTable('{_LANGUAGE:04x}{_CODE_PAGE:04x}', [{table}])]),
    VarFileInfo([VarStruct('Translation', [{_LANGUAGE}, {_CODE_PAGE}])]),
  ],
)
"""


def write_version_resource(folder: Path, program: str, version: str) -> Path:
    """Write the resource into a folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{program}.version.txt"
    path.write_text(render_version_resource(program, version), encoding="utf-8")
    return path

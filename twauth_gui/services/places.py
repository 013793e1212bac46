"""Where this program keeps what is not secret."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Kind


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation; nothing is created before it is needed.

    config: where the choices about the window are; beside the data where the person named a folder.
    """

    data: Path
    config: Path | None = None

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def window_settings(self) -> Path:
        return (self.config or self.data) / "window.json"


def find_places(data_dir: Path | None = None) -> Places:
    """Use the given folder, else TWAUTH_DATA_DIR, else the platform's data folder.

    Raises:
        DiagnosedError: there is no home folder, so that the platform's would lie just anywhere.
    """
    from platformdirs import (  # noqa: PLC0415 - not needed where a folder is given
        user_config_path,
        user_data_path,
    )

    chosen = data_dir or os.environ.get("TWAUTH_DATA_DIR")
    if chosen:
        return Places(Path(chosen))
    try:
        folder = user_data_path("twauth", appauthor=False)
        config = user_config_path("twauth", appauthor=False)
    except RuntimeError:  # this is how platformdirs says it; older ones gave a relative path
        raise _homeless() from None
    if not (folder.is_absolute() and config.is_absolute()):
        raise _homeless()
    return Places(folder, config)


def _homeless() -> DiagnosedError:
    return DiagnosedError(
        Diagnosis(
            Kind.INDEX_UNUSABLE,
            "There is no home folder to keep the list of accounts in.",
            "Set HOME, or name a folder with --data-dir or TWAUTH_DATA_DIR.",
        )
    )

"""Where this program keeps what is not secret."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.services.folders import config_folder, data_folder, named_folder


@dataclass(frozen=True, slots=True)
class AppPaths:
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


def find_places(data_dir: Path | None = None) -> AppPaths:
    """Use the given folder, else TWAUTH_DATA_DIR, else the platform's data folder.

    Raises:
        DiagnosedError: there is no home folder, so that the platform's would lie just anywhere.
    """
    named = named_folder(None if data_dir is None else str(data_dir))
    if named is not None:
        return AppPaths(Path(named))
    data, config = data_folder(), config_folder()
    if data is None or config is None:
        raise _homeless()
    return AppPaths(Path(data), Path(config))


def _homeless() -> DiagnosedError:
    return DiagnosedError(
        Diagnosis(
            ProblemKind.INDEX_UNUSABLE,
            "There is no home folder to keep the list of accounts in.",
            "Set HOME, or name a folder with --data-dir or TWAUTH_DATA_DIR.",
        )
    )

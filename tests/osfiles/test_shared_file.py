"""A file of the user's is edited whole, as it was read, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.osfiles.shared_file import FileChange, edit_shared, write_shared

MOST = 1000


@pytest.mark.parametrize("old", [None, b"mine\n"], ids=["new", "there"])
def test_what_another_program_wrote_meanwhile_stays(tmp_path: Path, old: bytes | None) -> None:
    path = tmp_path / "rc"
    if old is not None:
        path.write_bytes(old)

    def edit(content: bytes) -> bytes:
        path.write_bytes(b"of an editor\n")
        return content + b"ours\n"

    with pytest.raises(DiagnosedError) as caught:
        edit_shared(path, edit, MOST)
    assert caught.value.diagnosis.kind is ProblemKind.CHANGED_MEANWHILE
    assert path.read_bytes() == b"of an editor\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    path, leftover = tmp_path / "page", tmp_path / ".page.twauth-new"
    secret = tmp_path / "secret"
    for _ in range(2):
        leftover.symlink_to(secret)
        _ = write_shared(path, b"ours\n")
        assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"ours\n", [path])
    assert edit_shared(path, lambda content: content, MOST) is FileChange.UNCHANGED

"""A folder on a disk that keeps only what was synced, as a power cut leaves it.

What a program wrote since its last fsync may be on the disk in whole, in part, as zeros, or not at
all; a rename or a removal is there for sure once its folder was synced (fsync(2), rename(2)). This
follows the calls of the system that change a folder, and tells every state it can be found in.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

Files = Mapping[str, bytes]


@dataclass(eq=False)
class Inode:
    """What a file has held since it was last synced; only the first is sure to be there."""

    contents: list[bytes]

    def possible_contents(self) -> set[bytes]:
        """Every content that a power cut can leave."""
        found = set(self.contents)
        for before, after in itertools.pairwise(self.contents):
            grown = after[len(before) :]
            found.add(before + bytes(len(grown)))
            found.add(before + grown[: len(grown) // 2])
        return found


@dataclass
class ForgetfulDisk:
    """Follows what this process does in one folder.

    on_call: called after each call that changes something.
    failing: per name of a call, what to raise instead of doing it; each is raised once.
    altering: what happens to the bytes of the next write; once.
    """

    folder: Path
    on_call: Callable[[], object] = lambda: None
    errors: dict[str, OSError] = field(default_factory=dict[str, OSError])
    alter_write: Callable[[bytes], bytes] | None = None
    _names: list[dict[str, Inode]] = field(default_factory=list[dict[str, Inode]])
    _open: dict[int, Path] = field(default_factory=dict[int, Path])

    def follow(self, patch: pytest.MonkeyPatch) -> None:
        """Take what is in the folder as synced, and follow all calls from now on."""
        files = [path for path in self.folder.iterdir() if path.suffix != ".lock"]
        self._names = [{path.name: Inode([path.read_bytes()]) for path in files}]
        methods: dict[str, Callable[..., None]] = {
            "open": self._on_open,
            "close": self._on_close,
            "write": self._on_write,
            "fsync": self._on_sync,
            "ftruncate": self._on_truncate,
            "replace": self._on_replace,
            "unlink": self._on_unlink,
        }
        for name, method in methods.items():
            patch.setattr(os, name, self._wrap_call(name, getattr(os, name), method))

    def states(self) -> Iterator[Files]:
        """Yield what can be in the folder if the power is cut now."""
        for names in self._names:
            contents = [inode.possible_contents() for inode in names.values()]
            for chosen in itertools.product(*contents):
                yield dict(zip(names, chosen, strict=True))

    def _wrap_call(
        self, name: str, real: Callable[..., object], then: Callable[..., None]
    ) -> object:
        def call(*args: object, **options: object) -> object:
            if name in self.errors and self._is_ours(args[0]):
                raise self.errors.pop(name)
            if name == "write" and self.alter_write is not None and self._is_ours(args[0]):
                alter, self.alter_write = self.alter_write, None
                args = (args[0], alter(bytes(args[1])))  # type: ignore[call-overload]
            result = real(*args, **options)
            then(result, *args)
            return result

        return call

    def _is_ours(self, target: object) -> bool:
        path = self._open.get(target) if isinstance(target, int) else Path(str(target))
        return path is not None and self.folder in {path, path.parent} and path.suffix != ".lock"

    def _on_open(self, descriptor: int, path: object, *_: object) -> None:
        self._open[descriptor] = Path(str(path))
        if not self._is_ours(path):
            return
        name = Path(str(path)).name
        if Path(str(path)) != self.folder and name not in self._names[-1]:
            self._names.append({**self._names[-1], name: Inode([b""])})
            self.on_call()

    def _on_close(self, _: object, descriptor: int) -> None:
        _ = self._open.pop(descriptor, Path())

    def _note_content(self, descriptor: int) -> None:
        if self._is_ours(descriptor):
            path = self._open[descriptor]
            self._names[-1][path.name].contents.append(path.read_bytes())
            self.on_call()

    def _on_write(self, _: int, descriptor: int, *_data: object) -> None:
        self._note_content(descriptor)

    def _on_truncate(self, _: None, descriptor: int, *_size: object) -> None:
        self._note_content(descriptor)

    def _on_sync(self, _: None, descriptor: int) -> None:
        if not self._is_ours(descriptor):
            return
        path = self._open[descriptor]
        if path == self.folder:
            del self._names[:-1]
        else:
            del self._names[-1][path.name].contents[:-1]
        self.on_call()

    def _on_replace(self, _: None, source: object, target: object) -> None:
        if self._is_ours(target):
            names = dict(self._names[-1])
            names[Path(str(target)).name] = names.pop(Path(str(source)).name)
            self._names.append(names)
            self.on_call()

    def _on_unlink(self, _nothing: None, path: object, *_more: object) -> None:
        if self._is_ours(path):
            names = dict(self._names[-1])
            del names[Path(str(path)).name]
            self._names.append(names)
            self.on_call()

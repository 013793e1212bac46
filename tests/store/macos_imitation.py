"""The Security framework as keyring's own code for macOS calls it."""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import keyring.backends

if TYPE_CHECKING:
    import pytest

NOT_FOUND = -25300
DUPLICATE = -25299
INTERACTION_NOT_ALLOWED = -25308
NAME = "keyring.backends.macOS.api"


class SecurityFramework:
    """Generic passwords by service with account; status: answered by every call unless zero.

    before: called with the name of each call before it happens.
    """

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], bytes] = {}
        self.status = 0
        self.before: Callable[[str], None] = lambda _name: None
        self._given: list[bytes] = []

    def add(self, query: dict[str, Any], _result: None) -> int:
        """SecItemAdd: refuses what is there already."""
        self.before("SecItemAdd")
        if self.status:
            return self.status
        if self._key(query) in self.items:
            return DUPLICATE
        self.items[self._key(query)] = _c_string(query["kSecValueData"])
        return 0

    def copy_matching(self, query: dict[str, Any], result: Any) -> int:
        """SecItemCopyMatching: puts a handle of the data where the caller wants it."""
        self.before("SecItemCopyMatching")
        if self.status:
            return self.status
        if self._key(query) not in self.items:
            return NOT_FOUND
        self._given.append(self.items[self._key(query)])
        ctypes.cast(result, ctypes.POINTER(ctypes.c_void_p))[0] = len(self._given)
        return 0

    def delete(self, query: dict[str, Any]) -> int:
        """SecItemDelete."""
        self.before("SecItemDelete")
        if self.status:
            return self.status
        return 0 if self.items.pop(self._key(query), None) is not None else NOT_FOUND

    def text(self, handle: ctypes.c_void_p) -> str:
        """What CFDataGetBytePtr with CFDataGetLength leads to."""
        assert handle.value
        return self._given[handle.value - 1].decode()

    def _key(self, query: dict[str, Any]) -> tuple[str, str]:
        return query["kSecAttrService"].split("\0")[0], query["kSecAttrAccount"]


class _Library:
    """Stands for a framework while the module looks its functions up."""

    def __init__(self, _path: str | None) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return type(name, (), {})


def load_api(framework: SecurityFramework, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Load keyring's own api.py: its order of calls and its errors, over this framework."""
    path = Path(keyring.backends.__path__[0]) / "macOS" / "api.py"
    spec = importlib.util.spec_from_file_location(NAME, path)
    assert spec is not None
    assert spec.loader is not None
    api = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as loading:
        loading.setattr(ctypes, "CDLL", _Library)
        spec.loader.exec_module(api)
    replaced: dict[str, Any] = {
        "SecItemAdd": framework.add,
        "SecItemCopyMatching": framework.copy_matching,
        "SecItemDelete": framework.delete,
        "k_": str,
        "create_query": dict,
        "cfstr_to_str": framework.text,
    }
    for name, value in replaced.items():
        setattr(api, name, value)
    return api


def _c_string(text: str) -> bytes:
    """CFStringCreateWithCString ends at the first NUL."""
    return text.encode().split(b"\0")[0]

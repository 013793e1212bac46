"""Opening the window over ten thousand accounts asks the keychain for no secret."""

from __future__ import annotations

from tests.bench.filling import fill
from tests.services.ground import Ground
from tests.window.driver import Driver


def test_ten_thousand_accounts_are_shown_without_a_secret(desk: Driver, ground: Ground) -> None:
    fill(ground.places.data, 10_000)
    desk.open()
    assert len(desk.rows) == 10_000
    desk.settle()
    assert {operation for operation, _ in ground.vault.calls} <= {"probe"}

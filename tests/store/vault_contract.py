"""What every keychain has to do, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from twauth_gui.domain.secret import Secret
from twauth_gui.store.vault import MAX_UNITS, Vault
from twauth_gui.store.vault_errors import RecordTooLargeError

SERVICE = "twauth/account/contract/1"
OTHER = "twauth/account/contract/2"

VALUES = [
    "plain",
    "",
    " leading and trailing \n",
    '{"v":1,"quote":"\\"","slash":"\\\\"}',
    "tab\tnewline\r\nquote'\"`$(x)%s{}<&>;",
    "umlaut ä, euro €, face \U0001f642",
    "x" * MAX_UNITS,
    "\U0001f642" * (MAX_UNITS // 2),
]


class VaultContract:
    """Subclass it with a fixture "vault", and "reopened": the same items after a restart."""

    @pytest.mark.parametrize("text", VALUES, ids=range(len(VALUES)))
    def test_gives_back_what_it_was_given(self, vault: Vault, text: str) -> None:
        vault.write(SERVICE, Secret(text))
        assert vault.read(SERVICE) == Secret(text)
        vault.delete(SERVICE)
        assert vault.read(SERVICE) is None

    def test_services_do_not_mix(self, vault: Vault) -> None:
        vault.write(SERVICE, Secret("one"))
        vault.write(OTHER, Secret("two"))
        vault.write(SERVICE, Secret("three"))
        assert vault.read(SERVICE) == Secret("three")
        assert vault.read(OTHER) == Secret("two")
        vault.delete(SERVICE)
        assert vault.read(OTHER) == Secret("two")
        vault.delete(OTHER)

    def test_what_is_absent_is_no_failure(self, vault: Vault) -> None:
        assert vault.read("twauth/account/nobody/1") is None
        vault.delete("twauth/account/nobody/1")

    @pytest.mark.parametrize("text", ["x" * (MAX_UNITS + 1), "\U0001f642" * (MAX_UNITS // 2 + 1)])
    def test_refuses_what_some_keychain_cannot_hold(self, vault: Vault, text: str) -> None:
        with pytest.raises(RecordTooLargeError) as caught:
            vault.write(SERVICE, Secret(text))
        assert "1,280" in str(caught.value)
        assert vault.read(SERVICE) is None

    def test_tells_its_name_and_that_it_is_open(self, vault: Vault) -> None:
        vault.probe()
        vault.unlock()
        assert vault.name

    def test_keeps_over_a_restart(self, vault: Vault, reopened: Callable[[], Vault]) -> None:
        vault.write(SERVICE, Secret("stays"))
        vault.close()
        again = reopened()
        assert again.read(SERVICE) == Secret("stays")
        again.delete(SERVICE)
        again.close()

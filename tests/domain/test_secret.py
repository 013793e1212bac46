"""A Secret does not show itself."""

from __future__ import annotations

import copy
import pickle
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from twauth_gui.domain.secret import Secret

VALUE = "canary-4711"


def test_no_text_form_shows_it() -> None:
    secret = Secret(VALUE)
    shown = (repr(secret), str(secret), f"{secret}", f"{secret:>40}", f"{secret!r}", f"{[secret]}")
    assert all(VALUE not in text for text in shown)
    assert secret.reveal() == VALUE


def test_it_does_not_leave_the_process() -> None:
    with pytest.raises(TypeError, match="does not leave"):
        pickle.dumps(Secret(VALUE))
    with pytest.raises(TypeError, match="does not leave"):
        copy.deepcopy(Secret(VALUE))


def test_equality_and_truth() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")


def test_all_that_are_alive_are_known_and_no_others() -> None:
    def make(number: int) -> list[Secret]:
        made = [Secret(f"{number}-{one}") for one in range(2_000)]
        return made[:: number + 1]

    with ThreadPoolExecutor(4) as pool:
        kept = [secret for some in pool.map(make, range(8)) for secret in some]
    alive = {id(one) for one in Secret.list_alive()}
    assert alive.issuperset(map(id, kept))
    values = Counter(one.reveal() for one in Secret.list_alive())
    assert sum(values[f"7-{one}"] for one in range(2_000)) == len(range(0, 2_000, 8))

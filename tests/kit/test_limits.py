import pytest
import time_machine
from django.core.cache import caches

from pivotino.kit.limits import Limit, TooMany

SIGN_IN = Limit("sign-in", 10, per=60)


@pytest.fixture(autouse=True)
def empty_cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"}}
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as traveller:
        yield traveller


def test_ten_pass_and_the_eleventh_is_told_how_long_to_wait(clock):
    assert all(SIGN_IN.hit("anna") for _ in range(10))

    with pytest.raises(TooMany) as refusal:
        SIGN_IN.hit("anna")

    assert refusal.value.retry_after == 66
    assert refusal.value.message == "Too many tries. Wait 2 minutes and try again."


def test_who_waits_as_told_gets_in_and_one_second_sooner_does_not(clock):
    for _ in range(10):
        SIGN_IN.hit("anna")

    clock.shift(65)
    with pytest.raises(TooMany) as refusal:
        SIGN_IN.hit("anna")
    clock.shift(refusal.value.retry_after)

    assert refusal.value.retry_after == 1
    assert SIGN_IN.hit("anna")


def test_knocking_while_locked_out_does_not_prolong_it(clock):
    for _ in range(10):
        SIGN_IN.hit("anna")
    for _ in range(66):
        with pytest.raises(TooMany):
            SIGN_IN.hit("anna")
        clock.shift(1)

    assert SIGN_IN.hit("anna")


def test_the_window_slides_so_the_turn_of_a_minute_is_no_gap(clock):
    clock.shift(59)
    for _ in range(10):
        SIGN_IN.hit("anna")
    clock.shift(2)

    with pytest.raises(TooMany):
        SIGN_IN.hit("anna")


def test_nobody_waits_for_another_or_for_another_limit(clock):
    for _ in range(10):
        SIGN_IN.hit("anna")

    assert SIGN_IN.hit("rita")
    assert Limit("reset", 10, per=60).hit("anna")


def test_the_right_password_starts_afresh(clock):
    for _ in range(10):
        SIGN_IN.hit("anna")

    SIGN_IN.forget("anna")

    assert SIGN_IN.hit("anna")


def test_a_limit_of_one_frees_itself(clock):
    once = Limit("letter", 1, per=60)
    once.hit("anna")
    with pytest.raises(TooMany) as refusal:
        once.hit("anna")

    clock.shift(refusal.value.retry_after)

    assert once.hit("anna")


def test_no_name_lies_in_the_cache(clock):
    SIGN_IN.hit("anna@suria.example")

    assert not [key for key in caches["default"]._cache if "anna" in key]

from zoneinfo import ZoneInfo

import pytest

from pivotino.kit.places import (
    UnknownCountry,
    countries,
    country_name,
    currency_of,
    dial_code,
    dial_codes,
    guess_country,
    zone_of,
    zones,
)


@pytest.mark.parametrize(
    ("languages", "zone", "country"),
    [
        ("", None, "MY"),
        ("en-US,en;q=0.9", None, "MY"),
        ("en-GB,en;q=0.9", None, "GB"),
        ("en-US,en;q=0.9,fr-CA;q=0.3", None, "CA"),
        ("ms", None, "MY"),
        ("de", None, "DE"),
        ("zh-Hant", None, "TW"),
        ("fr;q=0.2, ja;q=0.8", None, "JP"),
        ("fr;q=0", None, "MY"),
        ("*;q=nonsense,,", None, "MY"),
        ("de-DE", "Asia/Singapore", "SG"),
        ("", "Asia/Calcutta", "IN"),
        ("de-DE", "Not/AZone", "DE"),
    ],
)
def test_the_clock_is_believed_before_the_language_and_no_evidence_means_malaysia(languages, zone, country):
    assert guess_country(languages, zone) == country


def test_every_country_has_a_name_a_currency_and_a_zone_on_the_list():
    for code, name in countries():
        assert country_name(code) == name
        assert len(currency_of(code)) == 3
        assert zone_of(code) in zones()


def test_countries_with_several_zones_or_coins_give_their_own():
    assert [zone_of(code) for code in ("MY", "US", "ID", "SG")] == [
        "Asia/Kuala_Lumpur",
        "America/New_York",
        "Asia/Jakarta",
        "Asia/Singapore",
    ]
    assert [currency_of(code) for code in ("MY", "SG", "PA", "BT", "DE")] == ["MYR", "SGD", "PAB", "BTN", "EUR"]


def test_every_zone_on_the_list_opens():
    assert all(ZoneInfo(zone) for zone in zones())
    assert len(zones()) == len(set(zones()))


def test_dial_codes_start_with_a_plus():
    assert dial_code("MY") == "+60"
    assert all(line.code.startswith("+") for line in dial_codes())


@pytest.mark.parametrize("ask", [country_name, currency_of, zone_of, dial_code])
def test_an_unknown_country_is_refused(ask):
    with pytest.raises(UnknownCountry):
        ask("ZZ")

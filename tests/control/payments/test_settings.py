"""When the sandbox plays the provider: only where nobody set one up, and never where visitors could take it for the real one."""

from pathlib import Path

import pytest

from config.settings.environment import Environment
from pivotino.control.payments.provider import NotSetUp, provider
from pivotino.control.payments.stripes import stripe_provider


@pytest.mark.parametrize(
    ("said", "port"),
    [
        ({"base_url": "http://localhost:8000"}, 8001),
        ({"base_url": "http://localhost:8000", "sandbox_port": 9000}, 9000),
        ({"base_url": "http://crm.lan"}, 0),
        ({"base_url": "http://crm.lan", "sandbox_port": 9000}, 9000),
        ({"base_url": "https://crm.example:8443", "https": True, "debug": False, "secret_key": "of a test " * 8}, 0),
        ({"base_url": "http://localhost:8000", "payment_key": "sk_live_1"}, 0),
        ({"base_url": "http://localhost:8000", "payment_url": "http://127.0.0.1:9000"}, 0),
        ({"base_url": "http://localhost:8000", "sells": False}, 0),
        ({"base_url": "http://localhost:8000", "single": True}, 0),
    ],
)
def test_the_sandbox_plays_only_where_no_provider_is_set_up(said: dict[str, object], port: int) -> None:
    assert Environment(**said).own_sandbox() == port  # type: ignore[arg-type]


def test_the_sandbox_signs_with_what_follows_from_the_secret_key(tmp_path: Path) -> None:
    here = {"base_url": "http://localhost:8000"}
    one, other = (Environment(**here, secret_key=key) for key in ("a", "b"))  # type: ignore[arg-type]

    assert one.webhook_secrets(tmp_path) == one.webhook_secrets(tmp_path) != other.webhook_secrets(tmp_path)
    assert Environment(**here, payment_webhook_secrets=["whsec_1"]).webhook_secrets(tmp_path) == ["whsec_1"]  # type: ignore[arg-type]
    assert Environment(**here, payment_key="sk_live_1").webhook_secrets(tmp_path) == []  # type: ignore[arg-type]


def test_secrets_may_be_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pivotino_payment_key").write_text("sk_live_file")

    assert Environment(_secrets_dir=str(tmp_path)).payment_key == "sk_live_file"  # type: ignore[call-arg]


def test_without_a_key_nothing_is_sold(settings: object) -> None:
    stripe_provider.cache_clear()
    settings.PAYMENT_KEY = ""  # type: ignore[attr-defined]

    with pytest.raises(NotSetUp):
        provider()

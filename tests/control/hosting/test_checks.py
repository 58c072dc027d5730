"""What the check of a machine says of the places where customers live."""

from dataclasses import replace
from typing import Any

import pytest

from pivotino.control.hosting import checks
from pivotino.tenancy import provision
from pivotino.tenancy.places import buckets


def told() -> dict[str, checks.Finding]:
    return {finding.about: finding for finding in checks.databases()}


def test_every_bucket_is_looked_at_and_well(control: None) -> None:
    found = told()

    assert set(found) == {"Control database", *(f"Bucket {name}" for name in buckets())}
    assert {finding.state for finding in found.values()} == {"good"}, found


@pytest.mark.engine("postgres")
def test_a_login_that_may_too_much_is_told_with_what_to_do(control: None) -> None:
    bucket = next(iter(buckets().values()))
    login = bucket.login()["USER"]
    with provision.administrator(bucket) as admin:
        admin.execute(f'ALTER ROLE "{login}" INHERIT')
        try:
            found = told()[f"Bucket {bucket.name}"]
        finally:
            admin.execute(f'ALTER ROLE "{login}" NOINHERIT')

    assert found.is_bad
    assert f"ALTER ROLE {login} NOINHERIT" in found.says


@pytest.mark.engine("postgres")
def test_a_server_that_is_away_is_told(control: None, monkeypatch: Any) -> None:
    name, bucket = next(iter(buckets().items()))
    away = replace(bucket, admin_url="postgres://nobody@127.0.0.1:1/nowhere")
    monkeypatch.setattr(checks, "buckets", lambda: {name: away})

    found = told()[f"Bucket {name}"]

    assert found.is_bad
    assert "does not answer" in found.says and "PIVOTINO_INSTANCE_BUCKETS" in found.says

"""The gallery: every piece, for those who build it and for nobody else."""

from types import SimpleNamespace

import pytest
from django.http import Http404, HttpRequest
from django.test import override_settings

from pivotino.ui import gallery


@override_settings(DEBUG=False)
def test_strangers_do_not_find_the_gallery(request_: HttpRequest) -> None:
    with pytest.raises(Http404):
        gallery.index(request_)


@override_settings(DEBUG=False)
def test_staff_see_every_piece_in_both_themes_and_densities(request_: HttpRequest) -> None:
    request_.account = SimpleNamespace(name="Sofia", is_staff=True)  # type: ignore[attr-defined]

    page = gallery.index(request_).content.decode()

    assert [page.count(f'data-theme="{theme}"') for theme in ("light", "dark")] == [2, 2]
    assert [page.count(f'data-density="{density}"') for density in ("roomy", "compact")] == [2, 2]


@override_settings(DEBUG=True)
def test_every_id_of_the_gallery_is_there_once(request_: HttpRequest) -> None:
    import re

    ids = re.findall(r'\sid="([^"]+)"', gallery.index(request_).content.decode())

    assert sorted(ids) == sorted(set(ids))

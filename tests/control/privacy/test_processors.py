from datetime import date

import pytest

from pivotino.control.privacy.processors import processors
from pivotino.control.privacy.register import measuring
from tests.control.website.pages import read


@pytest.mark.promise("P39")
def test_no_analytics_service_works_for_us() -> None:
    assert measuring() == []
    assert "There is no analytics service in it." in read("/privacy/").every("main")[0].text


@pytest.mark.promise("P40")
def test_the_cloud_host_is_listed_with_the_upgrade_service() -> None:
    [host] = [processor for processor in processors() if processor.name == "Amazon Web Services"]

    assert "upgrade" in host.role
    assert "moved to a new version" in host.purpose
    assert host.since == date(2021, 6, 30)


@pytest.mark.promise("P41")
def test_each_row_of_the_register_links_to_what_the_other_side_promises() -> None:
    leaving = [link.get("href") for link in read("/privacy/").leaving]

    assert leaving == [href for processor in processors() for _, href in processor.links]
    assert len(leaving) == 3 * len(processors())
    assert all(href.startswith("https://") for href in leaving)


@pytest.mark.promise("P36")
def test_the_register_says_where_in_the_world_each_helper_works() -> None:
    page = read("/privacy/").every("main")[0].text

    assert all(processor.region and processor.region in page for processor in processors())


def test_the_register_is_shown_whole() -> None:
    page = read("/privacy/").every("main")[0].text

    for processor in processors():
        told = [processor.name, processor.role, processor.purpose, processor.shares, processor.when]
        assert [text for text in told if text not in page] == []

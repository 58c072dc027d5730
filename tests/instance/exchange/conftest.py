"""What tests of importing share: the sheets, and the way through the pages."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pivotino.instance.exchange.models import Import
from pivotino.jobs.testing import run_all
from pivotino.kit.ids import uuid7
from pivotino.tenancy import inside
from tests.cast import Person
from tests.instance.exchange import shape


@pytest.fixture(scope="session")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published data set where PIVOTINO_DATA points to it, else files of the same shape."""
    given = os.environ.get("PIVOTINO_DATA", "")
    if given and (Path(given) / "sales_pipeline.csv").exists():
        return Path(given)
    made = tmp_path_factory.mktemp("shape")
    shape.write_pipeline(made / "sales_pipeline.csv")
    shape.write_companies(made / "accounts.csv")
    shape.write_products(made / "products.csv")
    shape.write_sellers(made / "sales_teams.csv")
    return made


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


class Desk:
    """Somebody at the import pages."""

    def __init__(self, person: Person) -> None:
        self.person, self.browser = person, person.browser

    def bring(self, content: bytes | str, name: str = "deals.csv", *, id: Any = None) -> Any:
        """Upload a file; the answer of the page."""
        body = content.encode() if isinstance(content, str) else content
        file = SimpleUploadedFile(name, body)
        return self.browser.post(self.person.url("import/"), {"id": str(id or uuid7()), "file": file})

    def brought(self, content: bytes | str, name: str = "deals.csv") -> Import:
        """Upload a file and read it."""
        answer = self.bring(content, name)
        assert answer.status_code == 302, answer.content.decode()[:3000]
        run_all()
        return self.newest()

    def newest(self) -> Import:
        with inside(self.person.instance):
            return Import.objects.select_related("uploaded_by", "applied_by").order_by("-id")[0]

    def page(self, one: Import, path: str = "") -> Any:
        return self.browser.get(self.person.url(f"import/{one.pk}/{path}"))

    def send(self, one: Import, path: str = "", **data: Any) -> Any:
        return self.browser.post(self.person.url(f"import/{one.pk}/{path}"), data)

    def plan(self, one: Import, **changes: Any) -> Any:
        """Send the plan as the page shows it, with some choices changed."""
        from pivotino.instance.exchange.forms import PlanForm

        with inside(self.person.instance):
            form = PlanForm(self.newest(), self.person.member)
            shown = {name: form[name].value() for name in form.fields}
        data = {name: value for name, value in (shown | changes).items() if value not in (False, None)}
        return self.send(one, **data)

    def proposed(self, content: bytes | str, name: str = "deals.csv", **changes: Any) -> Import:
        """Upload, choose and propose."""
        one = self.brought(content, name)
        answer = self.plan(one, propose="1", **changes)
        assert answer.status_code == 302, answer.content.decode()
        run_all()
        return self.newest()

    def applied(self, content: bytes | str, name: str = "deals.csv", **changes: Any) -> Import:
        """All the way."""
        one = self.proposed(content, name, **changes)
        assert one.state == "proposed", one.problem
        self.send(one, "application/")
        run_all()
        return self.newest()

    def took_back(self, one: Import, **data: Any) -> Import:
        self.send(one, "takeback/", **data)
        run_all()
        return self.newest()


@pytest.fixture
def desk_of() -> Callable[[Person], Desk]:
    return Desk

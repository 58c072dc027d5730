from datetime import date

from django.urls import path, register_converter

from pivotino.control.privacy.views import changes, data, documents, promises, records


class DayConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "effective_day")

app_name = "privacy"
urlpatterns = [
    path("privacy/", documents.show, {"kind": "policy"}, name="policy"),
    path("privacy/versions/", documents.index, {"kind": "policy"}, name="policy_versions"),
    path("privacy/<effective_day:effective_on>/", documents.show, {"kind": "policy"}, name="policy_version"),
    path("privacy/<effective_day:effective_on>.md", documents.source, {"kind": "policy"}, name="policy_source"),
    path("terms/", documents.show, {"kind": "terms"}, name="terms"),
    path("terms/versions/", documents.index, {"kind": "terms"}, name="terms_versions"),
    path("terms/<effective_day:effective_on>/", documents.show, {"kind": "terms"}, name="terms_version"),
    path("terms/<effective_day:effective_on>.md", documents.source, {"kind": "terms"}, name="terms_source"),
    path("privacy/changes/", changes.index, name="changes"),
    path("privacy/changes.atom", changes.feed, name="changes_feed"),
    path("privacy/changes/watch/<str:token>/", changes.watch, name="watch"),
    path("privacy/changes/stop/<str:sealed>/", changes.stop, name="stop_watching"),
    path("privacy/data/", data.index, name="data"),
    path("my/databases/<slug:slug>/record/", records.mine, name="record"),
    path("my/databases/<slug:slug>/record.csv", records.mine_table, name="record_table"),
    path("my/databases/<slug:slug>/record.json", records.mine_file, name="record_file"),
    path("promises/", promises.index, name="promises"),
]

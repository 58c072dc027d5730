"""How long we keep what, and the nightly sweep."""

from django.urls import path

from pivotino.control.retention.views import keeping

app_name = "retention"
urlpatterns = [
    path("privacy/keeping/", keeping.index, name="keeping"),
    path("my/databases/<slug:slug>/keeping/", keeping.mine, name="mine"),
]

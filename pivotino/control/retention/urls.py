"""How long we keep what, and the nightly sweep."""

from django.urls import URLPattern

app_name = "retention"
urlpatterns: list[URLPattern] = []

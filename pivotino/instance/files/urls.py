"""Pictures and files that belong to a record."""

from django.urls import URLPattern

app_name = "files"
urlpatterns: list[URLPattern] = []

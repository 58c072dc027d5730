"""Letters as they were sent, for development."""

from django.urls import URLPattern

app_name = "letters"
urlpatterns: list[URLPattern] = []

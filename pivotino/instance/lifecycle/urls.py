"""Addresses of the lifecycle room."""

from django.urls import URLPattern

app_name = "lifecycle"
urlpatterns: list[URLPattern] = []

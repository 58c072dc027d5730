"""Addresses of the activities room."""

from django.urls import URLPattern

app_name = "activities"
urlpatterns: list[URLPattern] = []

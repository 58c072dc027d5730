"""Visits of staff to an instance, with ticket, reason and the customer's yes."""

from django.urls import URLPattern

app_name = "support"
urlpatterns: list[URLPattern] = []

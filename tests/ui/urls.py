"""No addresses at all, so that these tests ask nothing of the rooms."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

"""Addresses of the billing room."""

from django.urls import path

from pivotino.control.billing.views import overview

app_name = "billing"
urlpatterns = [
    path("my/databases/<slug:slug>/", overview.show, name="show"),
]

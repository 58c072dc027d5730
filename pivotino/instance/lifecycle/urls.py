"""Addresses of the lifecycle room."""

from django.urls import path

from pivotino.instance.lifecycle.views import home

app_name = "lifecycle"
urlpatterns = [
    path("", home.show, name="home"),
]

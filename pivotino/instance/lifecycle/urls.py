"""Addresses of the lifecycle room."""

from django.urls import path

from pivotino.instance.lifecycle.views import home, search

app_name = "lifecycle"
urlpatterns = [
    path("", home.show, name="home"),
    path("search/", search.index, name="search"),
]

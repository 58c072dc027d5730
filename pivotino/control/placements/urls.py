"""The addresses of this room."""

from django.urls import path

from pivotino.control.placements.views import moves

app_name = "placements"
urlpatterns = [path("my/databases/<slug:slug>/place/", moves.show, name="show")]

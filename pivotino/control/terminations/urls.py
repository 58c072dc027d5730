"""The addresses of this room."""

from django.urls import path

from pivotino.control.terminations.views import leavings

app_name = "terminations"
urlpatterns = [
    path("my/databases/<slug:slug>/leave/", leavings.show, name="show"),
    path("my/databases/<slug:slug>/leave/now/", leavings.create, name="create"),
    path("my/databases/<slug:slug>/leave/back/", leavings.destroy, name="destroy"),
]

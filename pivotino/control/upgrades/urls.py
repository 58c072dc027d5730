"""The addresses of this room."""

from django.urls import path

from pivotino.control.upgrades.views import upgrades

app_name = "upgrades"
urlpatterns = [
    path("my/databases/<slug:slug>/upgrade/", upgrades.show, name="show"),
    path("my/databases/<slug:slug>/upgrade/trial/", upgrades.create_trial, name="try"),
    path("my/databases/<slug:slug>/upgrade/trial/removal/", upgrades.destroy_trial, name="end_trial"),
    path("my/databases/<slug:slug>/upgrade/schedule/", upgrades.create, name="bring"),
    path("my/databases/<slug:slug>/upgrade/schedule/removal/", upgrades.destroy, name="call_off"),
    path("my/databases/<slug:slug>/upgrade/acceptance/", upgrades.accept, name="accept"),
]

"""The addresses of this room."""

from django.urls import path

from pivotino.control.prospects.views import erasures

app_name = "prospects"
urlpatterns = [
    path("forget-me/<str:sealed>/", erasures.create, name="forget"),
]

"""The addresses of a machine that runs one company."""

from django.urls import path

from pivotino.control.hosting.views import first_runs

app_name = "hosting"
urlpatterns = [
    path("", first_runs.door, name="door"),
    path("first-run/<str:token>/", first_runs.first_run, name="first_run"),
    path("first-run/<str:token>/letters/", first_runs.letters, name="letters"),
]

"""Addresses of the history room."""

from django.urls import path

from pivotino.instance.history.views import events, undo

app_name = "history"
urlpatterns = [
    path("history/", events.index, name="index"),
    path("undo/<uuid:event_id>/", undo.create, name="undo"),
]

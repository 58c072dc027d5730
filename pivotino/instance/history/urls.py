"""Addresses of the history room."""

from django.urls import path

from pivotino.instance.history.views import events, trails, undo

app_name = "history"
urlpatterns = [
    path("history/", events.index, name="index"),
    path("settings/trail/", trails.index, name="trail"),
    path("settings/trail.csv", trails.table, name="trail_table"),
    path("settings/trail.jsonl", trails.lines, name="trail_lines"),
    path("undo/<uuid:event_id>/", undo.create, name="undo"),
]

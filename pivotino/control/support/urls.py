"""Addresses of support sessions, for the Business Owners of one database."""

from django.urls import path

from pivotino.control.support.views import sessions

app_name = "support"
urlpatterns = [
    path("my/databases/<slug:slug>/support-sessions/", sessions.index, name="index"),
    path("my/databases/<slug:slug>/support-sessions/access/", sessions.access, name="access"),
    path("my/databases/<slug:slug>/support-sessions/<uuid:id>/", sessions.show, name="show"),
    path("my/databases/<slug:slug>/support-sessions/<uuid:id>/answers/", sessions.answers, name="answers"),
    path("my/databases/<slug:slug>/support-sessions/<uuid:id>/ending/", sessions.ending, name="ending"),
]

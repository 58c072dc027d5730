"""The addresses of this room."""

from django.urls import path

from pivotino.control.backups.views import backups, restores

app_name = "backups"
urlpatterns = [
    path("my/databases/<slug:slug>/backups/", backups.index, name="show"),
    path("my/databases/<slug:slug>/backups/new/", backups.create, name="create"),
    path("my/databases/<slug:slug>/backups/<uuid:id>/restore/", restores.new, name="new_restore"),
    path("my/databases/<slug:slug>/backups/restores/<uuid:id>/", restores.show, name="restore"),
]

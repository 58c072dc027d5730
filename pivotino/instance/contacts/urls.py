"""Addresses of the contacts room."""

from django.urls import path

from pivotino.instance.contacts.views import contacts, hints, mailings, quick, removals

app_name = "contacts"
urlpatterns = [
    path("people/", contacts.index, name="index"),
    path("people/new/", contacts.new, name="new"),
    path("people/quick/", quick.create, name="quick"),
    path("people/like/", hints.likes, name="likes"),
    path("people/suggest/", hints.suggestions, name="suggestions"),
    path("people/<uuid:id>/", contacts.show, name="show"),
    path("people/<uuid:id>/edit/", contacts.edit, name="edit"),
    path("people/<uuid:id>/mailings/", mailings.update, name="mailings"),
    path("people/<uuid:id>/removal/", removals.create, name="remove"),
    path("people/<uuid:id>/restoral/", removals.destroy, name="restore"),
]

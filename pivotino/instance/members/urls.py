"""Addresses of the members room."""

from django.urls import path

from pivotino.instance.members.views import guests

app_name = "members"
urlpatterns = [path("guests/", guests.index, name="guests")]

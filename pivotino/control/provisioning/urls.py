"""Addresses of the provisioning room."""

from django.urls import path

from pivotino.control.provisioning.views import progresses, verifications

app_name = "provisioning"
urlpatterns = [
    path("verify/<str:token>/", verifications.verify, name="verify"),
    path("getting-ready/<str:token>/", progresses.show, name="progress"),
    path("getting-ready/<str:token>/again/", progresses.again, name="again"),
]

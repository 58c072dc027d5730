"""Addresses of the subscriptions room."""

from django.urls import path

from pivotino.control.subscriptions.views import starts

app_name = "subscriptions"
urlpatterns = [
    path("get-started/", starts.start, name="start"),
    path("get-started/address/", starts.address, name="address"),
    path("get-started/place/", starts.place, name="place"),
    path("get-started/thanks/<str:sealed>/", starts.thanks, name="thanks"),
    path("get-started/thanks/<str:sealed>/again/", starts.resend, name="resend"),
]

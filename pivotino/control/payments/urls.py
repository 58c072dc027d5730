"""The addresses of this room."""

from django.urls import path

from pivotino.control.payments.views import returns, visits, webhooks

app_name = "payments"
urlpatterns = [
    path("payments/webhooks/", webhooks.create, name="webhooks"),
    path("payments/return/", returns.show, name="return"),
    path("my/databases/<slug:slug>/checkout/", visits.checkout, name="checkout"),
    path("my/databases/<slug:slug>/portal/", visits.portal, name="portal"),
    path("my/databases/<slug:slug>/payments/<uuid:id>/", visits.show, name="visit"),
]

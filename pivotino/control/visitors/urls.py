"""The addresses of this room."""

from django.urls import path

from pivotino.control.visitors.views import cookies, inspections, pings

app_name = "visitors"
urlpatterns = [
    path("cookies/", cookies.index, name="cookies"),
    path("cookies/receipts/<str:receipt>/", cookies.receipt, name="receipt"),
    path("you/", inspections.show, name="you"),
    path("visits/pings/", pings.create, name="ping"),
]

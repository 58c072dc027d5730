"""The addresses of this room."""

from django.urls import path

from pivotino.control.matters.views import orders, transparency

app_name = "matters"
urlpatterns = [
    path("privacy/transparency/", transparency.show, name="transparency"),
    path("my/databases/<slug:slug>/orders/", orders.index, name="about_mine"),
]

"""The people a customer keeps data about: their wishes, and how long what is kept."""

from django.urls import URLPattern

app_name = "subjects"
urlpatterns: list[URLPattern] = []

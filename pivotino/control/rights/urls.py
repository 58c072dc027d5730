"""What people may demand of us: access, correction, erasure, objection, restriction, portability."""

from django.urls import URLPattern

app_name = "rights"
urlpatterns: list[URLPattern] = []

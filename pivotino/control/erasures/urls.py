"""The addresses of this room."""

from django.urls import path

from pivotino.control.erasures.views import certificates

app_name = "erasures"
urlpatterns = [
    path("certificates/keys/", certificates.keys, name="keys"),
    path("certificates/keys/<slug:id>.pem", certificates.key, name="key"),
    path("certificates/<uuid:id>/", certificates.show, name="certificate"),
    path("certificates/<uuid:id>.json", certificates.as_json, name="certificate_json"),
]

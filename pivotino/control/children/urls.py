"""The addresses of this room."""

from django.urls import path

from pivotino.control.children.views import reports

app_name = "children"
urlpatterns = [
    path("privacy/children/", reports.create, name="report"),
    path("privacy/children/thanks/", reports.sent, name="thanks"),
]

"""Letters as they were sent, for development."""

from django.urls import path

from pivotino.letters.views import kept

app_name = "letters"
urlpatterns = [
    path("mail/", kept.index, name="index"),
    path("mail.json", kept.as_json, name="json"),
    path("mail/<uuid:pk>/", kept.show, name="show"),
    path("mail/<uuid:pk>/page/", kept.page, name="page"),
]

"""Letters as they were sent, for development."""

from django.urls import path

from pivotino.letters import views

app_name = "letters"
urlpatterns = [
    path("mail/", views.index, name="index"),
    path("mail.json", views.as_json, name="json"),
    path("mail/<uuid:pk>/", views.show, name="show"),
    path("mail/<uuid:pk>/page/", views.page, name="page"),
]

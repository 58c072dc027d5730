"""What people and mail programs open from a letter."""

from django.urls import path

from pivotino.letters.views import preferences

app_name = "mail"
urlpatterns = [
    path("unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
]

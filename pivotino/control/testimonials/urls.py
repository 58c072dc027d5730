"""The addresses of this room."""

from django.urls import path

from pivotino.control.testimonials.views import answers, mine, stories

app_name = "testimonials"
urlpatterns = [
    path("customers/", stories.index, name="index"),
    path("customers/pictures/<uuid:id>/", stories.picture, name="picture"),
    path("testimonials/<str:token>/", answers.answer, name="answer"),
    path("testimonials/<str:token>/pictures/<uuid:id>/", answers.picture, name="asked_picture"),
    path("my/testimonials/", mine.index, name="mine"),
]

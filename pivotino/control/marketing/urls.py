"""What readers of our letters open."""

from django.urls import path

from pivotino.control.marketing.views import reading

app_name = "marketing"
urlpatterns = [
    path("go/<str:token>/", reading.go, name="go"),
    path("pictures/<uuid:pk>/", reading.picture, name="picture"),
]

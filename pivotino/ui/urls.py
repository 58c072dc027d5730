from django.urls import path

from pivotino.ui import gallery

app_name = "ui"

urlpatterns = [path("gallery/", gallery.index, name="gallery")]

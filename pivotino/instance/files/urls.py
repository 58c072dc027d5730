"""Pictures and files that belong to a record."""

from django.urls import path

from pivotino.instance.files.views import files, records

app_name = "files"
urlpatterns = [
    path("files/of/<slug:sort>/<uuid:id>/", records.of, name="of"),
    path("files/<uuid:id>/", files.show, name="show"),
    path("files/<uuid:id>/small/", files.small, name="small"),
    path("files/<uuid:id>/removal/", files.removal, name="removal"),
]

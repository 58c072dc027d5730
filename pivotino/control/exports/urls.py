"""Addresses of the exports room."""

from django.urls import path

from pivotino.control.exports.views import arrivals, downloads, exports, formats, openings, rehearsals

HOME = "my/databases/<slug:slug>/export/"
app_name = "exports"
urlpatterns = [
    path(HOME, exports.index, name="index"),
    path(f"{HOME}<uuid:id>/file/", downloads.show, name="download"),
    path(f"{HOME}<uuid:id>/end/", exports.destroy, name="destroy"),
    path(f"{HOME}<uuid:id>/rehearsals/", rehearsals.create, name="rehearse"),
    path(f"{HOME}import/", arrivals.index, name="imports"),
    path(f"{HOME}import/<uuid:id>/", arrivals.show, name="arrival"),
    path("data-format/", formats.show, name="format"),
    path("opened/<str:token>/", openings.show, name="opened"),
]

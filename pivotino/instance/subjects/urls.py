"""The people a customer keeps data about: their wishes, and how long what is kept."""

from django.urls import path

from pivotino.instance.subjects.views import erasures, keeping, people, requests

app_name = "subjects"
urlpatterns = [
    path("settings/keeping/", keeping.index, name="keeping"),
    path("settings/keeping/going/", keeping.going, name="going"),
    path("settings/keeping/going/<uuid:id>/keep/", keeping.spare, name="spare"),
    path("settings/keeping/kept/<uuid:id>/let-go/", keeping.spare_no_more, name="spare_no_more"),
    path("settings/keeping/<slug:key>/", keeping.edit, name="rule"),
    path("people/<uuid:id>/about/", people.show, name="person"),
    path("people/<uuid:id>/about/everything.html", people.page, name="package"),
    path("people/<uuid:id>/about/everything.json", people.data, name="data"),
    path("people/<uuid:id>/source/", people.source, name="source"),
    path("people/<uuid:id>/consents/new/", people.consent, name="consent"),
    path("people/<uuid:id>/restriction/", people.restrict, name="restrict"),
    path("people/<uuid:id>/restriction/end/", people.lift, name="lift"),
    path("people/<uuid:id>/erasure/", erasures.new, name="erase"),
    path("erasures/<uuid:id>/", erasures.show, name="erasure"),
    path("erasures/<uuid:id>/stop/", erasures.stop, name="stop_erasure"),
    path("erasures/texts/<uuid:id>/", erasures.review, name="review"),
    path("requests/", requests.index, name="requests"),
    path("requests/new/", requests.new, name="new_request"),
    path("requests/<uuid:id>/", requests.show, name="request"),
]

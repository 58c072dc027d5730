"""The addresses of this room. The last three are for whoever gets a letter, without signing in."""

from django.urls import path

from pivotino.instance.mailing.views import audiences, mailings, outside, senders, stops

app_name = "mailing"
urlpatterns = [
    path("mailing/", mailings.index, name="index"),
    path("mailing/letters/", mailings.create, name="create"),
    path("mailing/letters/<uuid:id>/", mailings.show, name="show"),
    path("mailing/letters/<uuid:id>/edit/", mailings.edit, name="edit"),
    path("mailing/letters/<uuid:id>/preview/", mailings.preview, name="preview"),
    path("mailing/letters/<uuid:id>/test/", mailings.test, name="test"),
    path("mailing/letters/<uuid:id>/start/", mailings.start, name="start"),
    path("mailing/letters/<uuid:id>/course/", mailings.change, name="change"),
    path("mailing/letters/<uuid:id>/removal/", mailings.destroy, name="remove"),
    path("mailing/lists/", audiences.index, name="audiences"),
    path("mailing/lists/new/", audiences.new, name="new_audience"),
    path("mailing/lists/<uuid:id>/", audiences.show, name="audience"),
    path("mailing/lists/<uuid:id>/edit/", audiences.edit, name="edit_audience"),
    path("mailing/lists/<uuid:id>/people/", audiences.pick, name="pick"),
    path("mailing/lists/<uuid:id>/people/<uuid:contact>/removal/", audiences.drop, name="drop"),
    path("mailing/lists/<uuid:id>/removal/", audiences.destroy, name="remove_audience"),
    path("mailing/stops/", stops.index, name="stops"),
    path("mailing/stops/<uuid:id>/removal/", stops.destroy, name="lift"),
    path("mailing/sender/", senders.edit, name="sender"),
    path("mailing/sender/test/", senders.prove, name="prove"),
    path("unsubscribe/<str:token>/", stops.unsubscribe, name="unsubscribe"),
    path("follow/<str:token>/", outside.follow, name="follow"),
    path("pictures/<uuid:id>/", outside.picture, name="picture"),
]

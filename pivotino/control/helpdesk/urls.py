"""Questions of people: their own, signed in or by the link in a letter."""

from django.urls import path

from pivotino.control.helpdesk.views import mine, proofs, tickets

app_name = "helpdesk"
urlpatterns = [
    path("my/tickets/", mine.index, name="mine"),
    path("my/tickets/new/", mine.create, name="ask"),
    path("my/tickets/<slug:number>/", mine.show, name="my_ticket"),
    path("my/tickets/<slug:number>/rating/", mine.rate, name="my_rating"),
    path("my/tickets/<slug:number>/files/<uuid:id>/", mine.file, name="my_file"),
    path("tickets/proof/<str:token>/", proofs.show, name="prove"),
    path("tickets/<str:token>/", tickets.show, name="ticket"),
    path("tickets/<str:token>/rating/", tickets.rate, name="rating"),
    path("tickets/<str:token>/files/<uuid:id>/", tickets.file, name="file"),
]

"""Addresses of the exchange room."""

from django.urls import path

from pivotino.instance.exchange.views import applications, plans, proposals, uploads

app_name = "exchange"
urlpatterns = [
    path("import/", uploads.index, name="start"),
    path("import/", uploads.index, name="index"),
    path("import/<uuid:id>/", plans.show, name="show"),
    path("import/<uuid:id>/removal/", plans.destroy, name="remove"),
    path("import/<uuid:id>/tries/", plans.again, name="again"),
    path("import/<uuid:id>/proposal/", proposals.show, name="proposal"),
    path("import/<uuid:id>/ticks/", proposals.tick, name="tick"),
    path("import/<uuid:id>/refused.csv", proposals.refused, name="refused"),
    path("import/<uuid:id>/application/", applications.show, name="application"),
    path("import/<uuid:id>/takeback/", applications.takeback, name="takeback"),
]

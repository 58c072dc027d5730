"""What people may demand of us: access, correction, erasure, objection, restriction, portability."""

from django.urls import path

from pivotino.control.rights.views import demands, packages

app_name = "rights"
urlpatterns = [
    path("rights/", demands.new, name="new"),
    path("rights/proofs/<str:token>/", demands.proof, name="proof"),
    path("rights/demands/<str:sealed>/", demands.show, name="show"),
    path("rights/demands/<str:sealed>/confirmation/", demands.confirm, name="confirm"),
    path("rights/demands/<str:sealed>/taking-back/", demands.take_back, name="take_back"),
    path("rights/demands/<str:sealed>/lifting/", demands.lift, name="lift"),
    path("rights/demands/<str:sealed>/correction/", demands.correct, name="correct"),
    path("rights/addresses/<str:token>/", demands.new_address, name="new_address"),
    path("rights/packages/<str:token>/", packages.show, name="package"),
    path("rights/packages/<str:token>/data.json", packages.as_json, name="package_json"),
]

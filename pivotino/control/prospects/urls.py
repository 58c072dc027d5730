"""The addresses of this room."""

from django.urls import path

from pivotino.control.prospects.views import api, demos, erasures, lookups

app_name = "prospects"
urlpatterns = [
    path("demo/", demos.new, name="demo"),
    path("demo/asked/", demos.asked, name="demo_asked"),
    path("demo/<str:token>/", demos.prove, name="prove"),
    path("where-from/", lookups.new, name="where_from"),
    path("where-from/<str:token>/", lookups.show, name="answer"),
    path("forget-me/<str:sealed>/", erasures.create, name="forget"),
    path("api/prospects/", api.create, name="api"),
]

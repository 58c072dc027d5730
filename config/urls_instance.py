"""The addresses inside an instance, below `/@slug/`."""

from django.urls import include, path

urlpatterns = [
    path("", include("pivotino.instance.members.urls")),
    path("", include("pivotino.instance.history.urls")),
    path("", include("pivotino.instance.contacts.urls")),
    path("", include("pivotino.instance.pipeline.urls")),
    path("", include("pivotino.instance.activities.urls")),
    path("", include("pivotino.instance.exchange.urls")),
    path("", include("pivotino.instance.lifecycle.urls")),
]

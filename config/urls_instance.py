"""The addresses inside an instance, below `/@slug/`."""

from django.urls import include, path

urlpatterns = [
    path("", include("pivotino.instance.members.urls")),
    path("", include("pivotino.instance.history.urls")),
    path("", include("pivotino.instance.contacts.urls")),
    path("", include("pivotino.instance.pipeline.urls")),
    path("", include("pivotino.instance.activities.urls")),
    path("", include("pivotino.instance.exchange.urls")),
    path("", include("pivotino.instance.mailing.urls")),
    path("", include("pivotino.instance.files.urls")),
    path("", include("pivotino.instance.subjects.urls")),
    path("", include("pivotino.instance.lifecycle.urls")),
]
handler400 = "pivotino.ui.errors.bad_request"
handler403 = "pivotino.ui.errors.forbidden"
handler404 = "pivotino.ui.errors.not_found"
handler500 = "pivotino.ui.errors.broken"

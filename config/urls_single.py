"""The addresses outside of the instance on a machine that runs one company: no site, no plans, no sign-up."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("pivotino.control.hosting.urls")),
    path("", include("pivotino.control.privacy.urls")),
    path("", include("pivotino.control.accounts.urls")),
    path("", include("pivotino.control.exports.urls")),
    path("", include("pivotino.control.backups.urls")),
    path("", include("pivotino.letters.urls_mail")),
    path("", include("pivotino.ui.urls")),
]
if settings.FEATURE_DEV_PAGES:
    urlpatterns += [path("_dev/", include("pivotino.letters.urls"))]
handler400 = "pivotino.ui.errors.bad_request"
handler403 = "pivotino.ui.errors.forbidden"
handler404 = "pivotino.ui.errors.not_found"
handler500 = "pivotino.ui.errors.broken"

"""The addresses of the control plane: the public site, accounts, subscriptions, privacy."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("pivotino.control.website.urls")),
    path("", include("pivotino.control.privacy.urls")),
    path("", include("pivotino.control.accounts.urls")),
    path("", include("pivotino.control.provisioning.urls")),
    path("", include("pivotino.control.subscriptions.urls")),
    path("", include("pivotino.control.payments.urls")),
    path("", include("pivotino.control.billing.urls")),
    path("", include("pivotino.control.erasures.urls")),
    path("", include("pivotino.control.backups.urls")),
    path("", include("pivotino.control.exports.urls")),
    path("", include("pivotino.control.upgrades.urls")),
    path("", include("pivotino.control.placements.urls")),
    path("", include("pivotino.control.terminations.urls")),
    path("", include("pivotino.control.staff.urls")),
    path("", include("pivotino.control.visitors.urls")),
    path("", include("pivotino.control.marketing.urls")),
    path("", include("pivotino.control.prospects.urls")),
    path("", include("pivotino.control.testimonials.urls")),
    path("", include("pivotino.control.helpdesk.urls")),
    path("", include("pivotino.control.support.urls")),
    path("", include("pivotino.control.matters.urls")),
    path("", include("pivotino.control.rights.urls")),
    path("", include("pivotino.control.retention.urls")),
    path("", include("pivotino.control.children.urls")),
    path("", include("pivotino.letters.urls_mail")),
    path("", include("pivotino.ui.urls")),
]
if settings.FEATURE_DEV_PAGES:
    urlpatterns += [path("_dev/", include("pivotino.letters.urls"))]
handler400 = "pivotino.ui.errors.bad_request"
handler403 = "pivotino.ui.errors.forbidden"
handler404 = "pivotino.ui.errors.not_found"
handler500 = "pivotino.ui.errors.broken"

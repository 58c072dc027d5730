"""What people, mail programs and the mail provider open."""

from django.urls import path

from pivotino.letters.views import correspondence, inbound, preferences, reports

app_name = "mail"
urlpatterns = [
    path("unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("letters/", correspondence.index, name="correspondence"),
    path("letters/<str:token>/", correspondence.show, name="correspondence_of"),
    path("mail/reports/postmark/", reports.postmark, name="postmark"),
    path("mail/inbound/postmark/", inbound.postmark, name="inbound_postmark"),
    path("mail/inbound/mailgun/mime", inbound.mailgun, name="inbound_mailgun"),
]

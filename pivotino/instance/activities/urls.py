"""Addresses of the activities room."""

from django.urls import path

from pivotino.instance.activities.views import activities, lists

app_name = "activities"

urlpatterns = [
    path("today/", lists.today, name="today"),
    path("activities/", lists.index, name="index"),
    path("opportunities/<uuid:id>/activities/", activities.plan, name="plan"),
    path("opportunities/<uuid:id>/next/", activities.next_done, name="next_done"),
    path("activities/<uuid:id>/completion/", activities.completion, name="completion"),
    path("activities/<uuid:id>/day/", activities.day, name="day"),
    path("activities/<uuid:id>/cancellation/", activities.cancellation, name="cancellation"),
]

"""The addresses of the console."""

from django.urls import path

from pivotino.control.staff.views import alerts, consoles, customers, deeds, plans, visits

app_name = "staff"
urlpatterns = [
    path("my/databases/<slug:slug>/staff/", deeds.about_mine, name="about_mine"),
    path("staff/", consoles.home, name="home"),
    path("staff/customers/", customers.index, name="customers"),
    path("staff/customers/<slug:slug>/", customers.show, name="customer"),
    path("staff/customers/<slug:slug>/acts/<slug:code>/", customers.acts, name="act"),
    path("staff/queues/", consoles.queues, name="queues"),
    path("staff/queues/<uuid:id>/revivals/", consoles.revivals, name="revive"),
    path("staff/alerts/<uuid:id>/settling/", alerts.settle, name="settle"),
    path("staff/plans/", plans.index, name="plans"),
    path("staff/plans/<slug:kind>/new/", plans.create, name="new_offer"),
    path("staff/plans/<slug:kind>/<slug:code>/", plans.create, name="next_version"),
    path("staff/plans/<slug:kind>/<slug:code>/retire/", plans.destroy, name="retire"),
    path("staff/visits/", visits.index, name="visits"),
    path("staff/visits.csv", visits.table, name="visits_table"),
    path("staff/deeds/", deeds.index, name="deeds"),
    path("staff/deeds.csv", deeds.table, name="deeds_table"),
]

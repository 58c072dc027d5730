"""The addresses of the console."""

from django.urls import path

from pivotino.control.staff.views import consoles, customers, deeds

app_name = "staff"
urlpatterns = [
    path("my/databases/<slug:slug>/staff/", deeds.about_mine, name="about_mine"),
    path("staff/", consoles.home, name="home"),
    path("staff/customers/", customers.index, name="customers"),
    path("staff/customers/<slug:slug>/", customers.show, name="customer"),
    path("staff/customers/<slug:slug>/acts/<slug:code>/", customers.acts, name="act"),
    path("staff/queues/", consoles.queues, name="queues"),
    path("staff/queues/<uuid:id>/revivals/", consoles.revivals, name="revive"),
    path("staff/deeds/", deeds.index, name="deeds"),
    path("staff/deeds.csv", deeds.table, name="deeds_table"),
]

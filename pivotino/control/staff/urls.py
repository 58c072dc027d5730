"""The addresses of the console."""

from django.urls import path

from pivotino.control.staff.views import alerts, consoles, customers, deeds, plans, prospects, testimonials, visits

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
    path("staff/testimonials/", testimonials.index, name="testimonials"),
    path("staff/testimonials/new/", testimonials.create, name="new_testimonial"),
    path("staff/testimonials/<uuid:id>/", testimonials.show, name="testimonial"),
    path("staff/testimonials/<uuid:id>/edit/", testimonials.edit, name="edit_testimonial"),
    path("staff/testimonials/<uuid:id>/acts/<slug:code>/", testimonials.acts, name="testimonial_act"),
    path("staff/testimonials/<uuid:id>/pictures/<uuid:wording>/", testimonials.picture, name="testimonial_picture"),
    path("staff/prospects/", prospects.index, name="prospects"),
    path("staff/prospects/looks/", prospects.looks, name="prospects_look"),
    path("staff/prospects/new/", prospects.create, name="prospects_new"),
    path("staff/prospects/lists/new/", prospects.bring, name="prospects_bring"),
    path("staff/prospects/lists/<uuid:id>/", prospects.listing, name="prospects_list"),
    path("staff/prospects/sources/<uuid:id>/", prospects.source, name="prospects_source"),
    path("staff/prospects/people/<uuid:id>/", prospects.show, name="prospect"),
    path("staff/prospects/keys/", prospects.keys, name="prospects_keys"),
    path("staff/prospects/<slug:noun>/<uuid:id>/acts/<slug:code>/", prospects.acts, name="prospects_act"),
    path("staff/deeds/", deeds.index, name="deeds"),
    path("staff/deeds.csv", deeds.table, name="deeds_table"),
]

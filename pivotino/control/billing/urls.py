"""Addresses of the billing room."""

from django.urls import path

from pivotino.control.billing.views import overview, papers, people, plans

app_name = "billing"
urlpatterns = [
    path("my/databases/<slug:slug>/", overview.show, name="show"),
    path("my/databases/<slug:slug>/plan/", plans.edit, name="plan"),
    path("my/databases/<slug:slug>/plan/change/", plans.update, name="change"),
    path("my/databases/<slug:slug>/plan/end/", plans.end, name="end"),
    path("my/databases/<slug:slug>/plan/resume/", plans.resume, name="resume"),
    path("my/databases/<slug:slug>/invoices/", papers.index, name="papers"),
    path("my/databases/<slug:slug>/invoices/to/", papers.buyer, name="buyer"),
    path("my/databases/<slug:slug>/invoices/<slug:number>/", papers.show, name="paper"),
    path("my/databases/<slug:slug>/people/", people.index, name="people"),
    path("my/databases/<slug:slug>/people/second-step/", people.update, name="second_step"),
    path("my/databases/<slug:slug>/people/<uuid:id>/new-password/", people.ask, name="ask_for_new_password"),
]

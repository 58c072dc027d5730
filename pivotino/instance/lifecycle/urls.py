"""Addresses of the lifecycle room."""

from django.urls import path

from pivotino.instance.lifecycle.views import (
    answers,
    colleagues,
    home,
    invitations,
    losses,
    me,
    rates,
    sales,
    samples,
    search,
    set_up,
    settings,
    stages,
)

app_name = "lifecycle"
urlpatterns = [
    path("", home.show, name="home"),
    path("search/", search.index, name="search"),
    path("people/<uuid:id>/opportunities/", sales.create, name="sell"),
    path("set-up/", set_up.edit, name="set_up"),
    path("set-up/next/", set_up.then, name="next"),
    path("sample/", samples.index, name="sample"),
    path("sample/remove/", samples.destroy, name="remove_sample"),
    path("settings/", settings.index, name="settings"),
    path("settings/company/", settings.company_facts, name="company"),
    path("settings/days/", settings.days, name="days"),
    path("settings/stages/", stages.index, name="stages"),
    path("settings/lost-reasons/", losses.index, name="losses"),
    path("settings/lost-reasons/<slug:kind>/", losses.create, name="add_loss"),
    path("settings/lost-reasons/<slug:kind>/<uuid:id>/", losses.update, name="rename_loss"),
    path("settings/lost-reasons/<uuid:id>/offer/", losses.offer, name="offer_loss"),
    path("settings/lost-reasons/<slug:kind>/<uuid:id>/remove/", losses.destroy, name="drop_loss"),
    path("settings/rates/", rates.index, name="rates"),
    path("settings/rates/<uuid:id>/remove/", rates.destroy, name="drop_rate"),
    path("settings/me/", me.edit, name="me"),
    path("settings/seeing/", me.seeing, name="seeing"),
    path("more/", me.more, name="more"),
    path("colleagues/", colleagues.index, name="colleagues"),
    path("colleagues/invite/", invitations.new, name="invite"),
    path("colleagues/<uuid:id>/role/", colleagues.role, name="role"),
    path("colleagues/<uuid:id>/leave/", colleagues.leave, name="leave"),
    path("colleagues/<uuid:id>/return/", colleagues.come_back, name="come_back"),
    path("colleagues/invitations/<uuid:id>/remind/", colleagues.remind, name="remind"),
    path("colleagues/invitations/<uuid:id>/withdraw/", colleagues.withdraw, name="withdraw"),
    path("invitations/<str:token>/", answers.show, name="invitation"),
    path("invitations/<str:token>/accept/", answers.accept, name="accept"),
    path("invitations/<str:token>/decline/", answers.decline, name="decline"),
]

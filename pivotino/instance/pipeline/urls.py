"""Addresses of the pipeline room."""

from django.urls import path

from pivotino.instance.pipeline.views import boards, opportunities, quick, sweeps, undo

app_name = "pipeline"

urlpatterns = [
    path("board/", boards.index, name="board"),
    path("board/add/", boards.add, name="add"),
    path("board/folds/", boards.fold, name="folds"),
    path("board/reasons/", boards.reasons, name="reasons"),
    path("board/sweeps/", sweeps.create, name="sweeps"),
    path("board/undo/", undo.many, name="undo"),
    path("board/columns/<uuid:stage>/", boards.column, name="column"),
    path("opportunities/", quick.create, name="opportunities"),
    path("opportunities/quick/", quick.preview, name="quick"),
    path("opportunities/<uuid:id>/", opportunities.show, name="opportunity"),
    path("opportunities/<uuid:id>/card/", boards.card, name="card"),
    path("opportunities/<uuid:id>/moves/", opportunities.move, name="moves"),
    path("opportunities/<uuid:id>/outcomes/", opportunities.outcome, name="outcomes"),
    path("opportunities/<uuid:id>/reopenings/", opportunities.reopen, name="reopenings"),
    path("opportunities/<uuid:id>/facts/<slug:name>/", opportunities.fact, name="fact"),
    path("opportunities/<uuid:id>/notes/", opportunities.note, name="notes"),
    path("opportunities/<uuid:id>/timeline/", opportunities.timeline, name="timeline"),
    path("opportunities/<uuid:id>/removal/", opportunities.remove, name="removal"),
]

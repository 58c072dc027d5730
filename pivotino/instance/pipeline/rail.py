"""Where the rail leads: the board, and the round button under the thumb that adds a card."""

from pivotino.ui.places import Place, register

register(Place(name="board", label="Board", icon="board", url_name="pipeline:board", key="g b", order=20))
register(Place(name="add", label="Add a card", icon="plus", url_name="pipeline:add", spot="thumb"))

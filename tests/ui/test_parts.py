"""The components: they escape, they refuse what does not exist, they speak to everyone."""

from collections.abc import Callable

import pytest
from django import forms
from jinja2 import UndefinedError

from pivotino.ui.icons import UnknownIcon, UnknownState
from pivotino.ui.samples import Sample

Draw = Callable[..., str]
NASTY = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "line",
    [
        "{{ ui.button(text) }}",
        "{{ ui.icon_button('plus', text) }}",
        "{{ ui.link_button(text, '#') }}",
        "{{ ui.tag(text) }}",
        "{{ ui.tags([text]) }}",
        "{{ ui.chip(text) }}",
        "{{ ui.state('today', text) }}",
        "{{ ui.face(text) }}",
        "{{ ui.notice(text) }}",
        "{{ ui.empty(text, text) }}",
        "{{ ui.option(text, why=text) }}",
        "{{ ui.toast(text) }}",
        "{{ ui.plain_field('name', text, value=text, hint=text) }}",
        "{{ ui.plain_check('name', text, text) }}",
        "{{ ui.tabs([{'text': text, 'href': text}], text) }}",
        "{{ ui.steps([{'text': text, 'href': text}]) }}",
        "{{ ui.column_head(text, 3, sum=text, hint=text) }}",
        "{{ ui.mix([{'kind': 'today', 'count': 1, 'text': text, 'href': text}]) }}",
        "{% call ui.panel(title=text, text=text) %}{{ text }}{% endcall %}",
        "{% call ui.dialog('d', text, text) %}{{ text }}{% endcall %}",
        "{% call ui.fact(text) %}{{ text }}{% endcall %}",
        "{% call ui.event('mail', when=text) %}{{ text }}{% endcall %}",
    ],
)
def test_every_component_escapes_what_people_typed(draw: Draw, line: str) -> None:
    drawn = draw(line, text=NASTY)

    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_an_attribute_cannot_be_broken_out_of(draw: Draw) -> None:
    drawn = draw("{{ ui.button('Save', attrs={'data-name': name}) }}", name='" onclick="x')

    assert 'data-name="&#34; onclick=&#34;x"' in drawn


def test_an_unknown_icon_is_refused(draw: Draw) -> None:
    with pytest.raises(UnknownIcon):
        draw("{{ icon('unicorn') }}")


def test_an_unknown_state_is_refused(draw: Draw) -> None:
    with pytest.raises(UnknownState):
        draw("{{ ui.state('maybe', 'Maybe') }}")


def test_a_name_that_does_not_exist_is_an_error_and_not_an_empty_place(draw: Draw) -> None:
    with pytest.raises(UndefinedError):
        draw("{{ nobody.name }}")


def test_an_icon_without_a_label_is_silent_and_with_one_it_speaks(draw: Draw) -> None:
    assert 'aria-hidden="true"' in draw("{{ icon('plus') }}")
    assert 'role="img" aria-label="Add"' in draw("{{ icon('plus', label='Add') }}")


def test_money_keeps_its_sign_apart_and_the_short_form_tells_the_whole_on_hover(draw: Draw) -> None:
    assert '<span class="money__code">RM</span> 64,800' in draw("{{ ui.money(6480000, 'MYR') }}")
    assert "64,800.50" in draw("{{ ui.money(6480050, 'MYR', cents=true) }}")
    assert 'title="RM 148,500"' in draw("{{ ui.money(14850000, 'MYR', short=true) }}")


def test_the_age_ring_fills_with_the_days_and_is_full_when_they_are_over(draw: Draw) -> None:
    assert 'stroke-dasharray="43 100"' in draw("{{ ui.age(3, 7) }}")
    assert "3 of 7 days in this stage" in draw("{{ ui.age(3, 7) }}")
    assert "age--full" in draw("{{ ui.age(9, 7) }}")
    assert 'stroke-dasharray="100 100"' in draw("{{ ui.age(9, 7) }}")
    assert "age--full" not in draw("{{ ui.age(9, none) }}")


def test_the_smallest_part_of_a_mix_can_still_be_hit(draw: Draw) -> None:
    drawn = draw("{{ ui.mix(parts) }}", parts=[
        {"kind": "overdue", "count": 1, "text": "1 overdue", "href": "?overdue"},
        {"kind": "planned", "count": 999, "text": "999 planned", "href": "?planned"},
        {"kind": "today", "count": 0, "text": "0 today", "href": "?today"},
    ])  # fmt: skip

    assert "mix__part--overdue grow-1" in drawn
    assert "mix__part--planned grow-24" in drawn
    assert "mix__part--today" not in drawn


def test_nobody_has_a_dashed_face(draw: Draw) -> None:
    assert "face--nobody" in draw("{{ ui.face(none) }}")


def test_a_face_keeps_its_pigment_on_every_page(draw: Draw) -> None:
    assert draw("{{ ui.face('Nurul Aina') }}") == draw("{{ ui.face('Nurul Aina') }}")
    assert ">NA<" in draw("{{ ui.face('Nurul Aina') }}")
    assert ">李美<" in draw("{{ ui.face('李美玲') }}")


class Enquiry(forms.Form):
    name = forms.CharField(help_text="As on the invoice.")
    note = forms.CharField(required=False)


def test_a_hint_belongs_to_its_field(draw: Draw) -> None:
    drawn = draw("{{ ui.field(form['name']) }}", form=Enquiry())

    assert 'aria-describedby="id_name-hint"' in drawn
    assert 'id="id_name-hint">As on the invoice.' in drawn


def test_an_error_takes_the_place_of_the_hint_and_what_was_typed_stays(draw: Draw) -> None:
    drawn = draw("{{ ui.field(form['name']) }}{{ ui.field(form['note']) }}", form=Enquiry({"name": "", "note": "Roof"}))

    assert 'aria-describedby="id_name-error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert "As on the invoice." not in drawn
    assert 'value="Roof"' in drawn


def test_a_field_that_may_stay_empty_says_so(draw: Draw) -> None:
    assert "(if you like)" in draw("{{ ui.field(form['note']) }}", form=Enquiry())
    assert "(if you like)" not in draw("{{ ui.field(form['name']) }}", form=Enquiry())


def test_errors_are_listed_once_on_top_with_links_to_their_fields(draw: Draw) -> None:
    drawn = draw("{{ ui.form_errors(form) }}", form=Enquiry({"name": ""}))

    assert "One thing needs a second look." in drawn
    assert '<a href="#id_name">Name</a>' in drawn
    assert draw("{{ ui.form_errors(form) }}", form=Enquiry()).strip() == ""


def test_every_kind_of_field_is_drawn(draw: Draw) -> None:
    sample = Sample("light")

    drawn = draw("{% for field in form %}{{ ui.field(field) }}{% endfor %}", form=sample.form)

    assert drawn.count("<input") >= 12
    assert all(tag in drawn for tag in ("<select", "<textarea", "<fieldset", "<pv-drop", 'class="reveal"'))

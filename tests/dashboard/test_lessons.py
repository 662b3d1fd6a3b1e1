"""Lessons: what ships is whole, and a teacher's own file is checked before a class sees it."""

import re

import pytest

pytest.importorskip("dash", reason="the dashboard is not installed")

from abm.scenario import ScenarioError  # noqa: E402
from dashboards import lessons  # noqa: E402
from dashboards.texts import languages, words  # noqa: E402

GOOD = """
title: Mine
description: Short.
minutes: 5
steps:
  - title: One
    minutes: 5
    a: korea
    b: {preset: taiwan, set: {policy.guarantee: 0.5}}
    figures: [exports_usd_m]
    text: Look.
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setattr(lessons, "_more", [])
    lessons.lesson_files.cache_clear()
    lessons.lesson.cache_clear()

    def read(text):
        (tmp_path / "mine.yaml").write_text(text)
        lessons.add_folder(tmp_path)
        return lessons.lesson("mine")

    yield read
    monkeypatch.undo()
    lessons.lesson_files.cache_clear()
    lessons.lesson.cache_clear()


def test_the_lesson_that_ships_takes_its_minutes_and_asks_at_every_step():
    shipped = lessons.lesson(lessons.FIRST)
    assert sum(step.minutes for step in shipped.steps) == shipped.minutes == 45
    assert all(step.question and step.reveal and step.notes and step.section for step in shipped.steps)
    for step in shipped.steps:
        for code in languages():
            assert lessons.text_in(step.title, code)


def test_a_lesson_of_ones_own_is_offered(own):
    found = own(GOOD)
    assert list(lessons.lesson_files())[0] == lessons.FIRST and "mine" in lessons.lesson_files()
    assert found.steps[0].view(7).settings["b"] == {"policy.guarantee": 0.5}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("figures: [exports_usd_m]", "figures: [exports]", "mine.yaml: steps.0.figures: 'exports' is in no figure"),
        ("policy.guarantee: 0.5", "policy.guarantee: 5", "step 1: b.policy.guarantee = '5': expected a number from 0"),
        ("policy.guarantee: 0.5", "policy.guarante: 0.5", "did you mean 'policy.guarantee'"),
        ("preset: taiwan", "preset: taiwann", "'taiwann' is no preset (did you mean 'taiwan'?)"),
        ("title: Mine", "titel: Mine", "titel: unknown field (did you mean 'title'?)"),
        ("text: Look.", "text: Look.\n    reveal: 'It is {debt_a}.'", "reveal quotes {debt_a}, which is not measured"),
        ("text: Look.", "text: Look.\n    question: {ask: q, options: [x, y], answer: 3}", "there are 2 options"),
    ],
)
def test_a_fault_is_named_with_its_file(own, old, new, said):
    with pytest.raises(ScenarioError, match=re.escape(said)) as caught:
        own(GOOD.replace(old, new))
    assert "mine.yaml" in str(caught.value)


def test_a_folder_without_lessons_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="expected a folder with lessons"):
        lessons.add_folder(tmp_path)


def test_other_languages_have_no_keys_of_their_own_and_the_same_blanks():
    from dashboards.texts import _flat

    english = _flat("en")
    for code in languages():
        for key, text in _flat(code).items():
            assert key in english, f"{code}: {key}"
            assert set(re.findall(r"\{(\w+)", text)) <= set(re.findall(r"\{(\w+)", english[key])), f"{code}: {key}"
    assert words("ko")("pages.map") != words("en")("pages.map")
    assert words("xx").code == "en"

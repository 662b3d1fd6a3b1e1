"""Play and Firm: the picture moves, a bubble is clicked and its life is read; and the whole lesson, by keyboard."""

import re

from dashboards.lessons import FIRST, lesson

WAIT = 30_000


def test_the_picture_moves_and_stops(visit):
    page = visit("play?quarter=1980Q1", ready="#play-plot .trace")
    page.get_by_role("button", name="Play", exact=False).first.press("Enter")
    page.locator("#play-now", has_text=re.compile("198[1-9]")).wait_for(timeout=WAIT)
    page.get_by_role("button", name="Pause").press("Enter")
    at = page.locator("#play-now").inner_text()
    page.wait_for_timeout(700)
    assert page.locator("#play-now").inner_text() == at and f"quarter={at.replace(' ', '')}" in page.url
    page.get_by_role("slider", name="Quarter").press("Home")
    assert page.locator("#play-now").inner_text() == "1971 Q1"


def test_a_bubble_is_clicked_and_its_life_is_read(visit):
    page = visit("play?quarter=1990Q1", ready="#play-plot .trace")
    page.locator("#play-plot .points path").first.click(force=True)
    line = page.locator("#play-firm").inner_text()
    firm = re.match(r"Firm (\d+), 1990Q1", line)[1]
    page.get_by_role("link", name="Open its life").click()
    page.locator("#firm-terms table").first.wait_for(timeout=WAIT)
    assert f"firm={firm}" in page.url and page.locator("#firm-name").inner_text().startswith(f"Firm {firm} in")
    assert "1971Q1 alive at the start" in page.locator("#firm-life").inner_text()
    assert "Expected, net" in page.locator("#firm-terms").inner_text()


def test_a_row_opens_a_firm_and_the_network_opens_late(visit):
    page = visit("firm?firm=1", ready="#firm-terms table")
    page.locator(".ag-row").nth(3).click()
    page.locator("#firm-name", has_not_text="Firm 1 in").wait_for(timeout=WAIT)
    page = visit("play?network=1&quarter=1985Q1", ready="#play-plot .trace")
    assert "client 12" in page.locator("#play-plot").inner_text()


def test_the_whole_lesson_is_walked_by_keyboard(visit):
    page = visit("lesson", ready="#lesson-title")
    steps = lesson(FIRST).steps
    for number, step in enumerate(steps, 1):
        page.locator("#lesson-title", has_text=step.title["en"]).wait_for(timeout=WAIT)
        if number > 1:
            page.locator("#lesson-title:focus").wait_for(timeout=WAIT)  # a new step is where the reader is
        assert page.locator("#lesson-figures").is_hidden()  # covered until the answer
        tab_to(page, "lesson-options")
        page.keyboard.press("Space")
        for _ in range(step.question.answer - 1):
            page.keyboard.press("ArrowDown")
        tab_to(page, "Reveal")
        page.keyboard.press("Enter")
        page.locator("#lesson-reveal:focus").wait_for(timeout=WAIT)
        assert page.locator("#lesson-figures").is_visible()
        assert "{" not in page.locator("#lesson-reveal").inner_text()
        assert page.locator(".option.wrong").count() == 0  # the right one was chosen
        if number < len(steps):
            tab_to(page, "Next:")
            page.keyboard.press("Enter")
    answers = ".".join(f"{number}-{step.question.answer}" for number, step in enumerate(steps, 1))
    assert f"answers={answers}" in page.url


def tab_to(page, words):
    """Press Tab until what has the focus is inside an element of this id, or says these words."""
    focus = """words => { const e = document.activeElement;
        return e.textContent.startsWith(words) || e.closest(`[id="${words}"]`) !== null; }"""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(focus, words):
            return
    raise AssertionError(f"Tab never reaches {words}")

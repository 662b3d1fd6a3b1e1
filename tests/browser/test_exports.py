"""What a browser saves is opened and checked: table, CSV, PNG, SVG, scenario file, and a page without Python."""

import csv
import io
import re
import struct

from abm.scenario import load_scenario


def saved(page, action):
    with page.expect_download(timeout=60_000) as waiting:
        action()
    return waiting.value


def tool(page, figure, name):
    return page.locator(f"#{figure}-card").get_by_role("button", name=name, exact=True)


def test_files_of_a_figure(visit):
    page = visit()
    page.locator(".seeds", has_text=re.compile("^64 paired seeds$")).wait_for(timeout=60_000)
    rows = list(csv.reader(io.StringIO(saved(page, tool(page, "compare-3", "CSV").click).path().read_text())))
    assert rows[0] == ["quarter", "Korea-like: median", "5 % of seeds", "95 % of seeds", "Taiwan-like: median",
                       "5 % of seeds", "95 % of seeds"]  # fmt: skip
    assert len(rows) == 145 and rows[1][0] == "1971 Q1"
    assert float(rows[80][2]) <= float(rows[80][1]) <= float(rows[80][3])
    picture = saved(page, tool(page, "compare-3", "PNG").click)
    content = picture.path().read_bytes()
    assert picture.suggested_filename == "debt-equity-large.png"
    assert content.startswith(b"\x89PNG") and struct.unpack(">II", content[16:24])[0] >= 1800
    drawing = saved(page, tool(page, "compare-3", "SVG").click).path().read_text()
    assert drawing.startswith("<svg") and "Taiwan-like" in drawing and "Debt over equity" in drawing


def test_the_table_behind_a_figure_opens_and_closes_by_keyboard(visit):
    page = visit()
    tool(page, "compare-0", "Table").press("Enter")
    table = page.get_by_role("dialog")
    assert table.get_by_role("row").count() == 145 and "Exports" in table.inner_text()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


def test_the_scenario_file_can_be_run(visit, tmp_path):
    page = visit("?a.policy.guarantee=0.25&w.mechanisms.contagion=false&b.policy.opening_starts=1990Q2")
    file = tmp_path / "mine.yaml"
    saved(page, page.get_by_role("link", name="Scenario file A").click).save_as(file)
    scenario = load_scenario(file)
    assert scenario.policy.guarantee == 0.25 and scenario.mechanisms.contagion is False
    assert scenario.policy.concentration == load_scenario("korea").policy.concentration
    saved(page, page.get_by_role("link", name="Scenario file B").click).save_as(file)
    assert load_scenario(file).policy.opening_starts == "1990Q2"


def test_a_saved_page_works_without_the_server(visit, browser, tmp_path):
    page = visit("?b=korea&b.policy.guarantee=0.1")
    file = tmp_path / "class.html"
    saved(page, page.get_by_role("link", name="Page for classes").click).save_as(file)
    wrong = []
    alone = browser.new_page()
    alone.on("pageerror", lambda problem: wrong.append(str(problem)))
    alone.on("request", lambda r: wrong.append(r.url) if r.url.startswith("http") else None)
    alone.goto(file.as_uri())
    alone.locator("#offline-3 .trace").first.wait_for()
    at_first = alone.locator("#offline-line").inner_text()
    alone.get_by_label("Move in column A").select_option("Guarantee")
    alone.locator("#offline-place").press("End")
    assert "Luck explains every difference" in alone.locator("#offline-line").inner_text() != at_first
    assert alone.locator("#offline-value").inner_text() == "0.1" and wrong == []
    alone.close()

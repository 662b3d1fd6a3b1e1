"""Every page at a projector's and a tablet's size, light and dark: clean, nothing cut off, no serious barrier."""

import pytest

PAGES = {
    "compare": ("", ".js-plotly-plot .trace"),
    "play": ("play?quarter=1996Q3", "#play-plot .trace"),
    "firm": ("firm?firm=1&quarter=1996Q2", "#firm-terms table"),
    "books": ("books?year=1998", "#books-sankey .sankey-node"),
    "map": ("map?at=0.6_0.3", "#map-figure .heatmaplayer image"),
    "gap": ("map?show=gap", "#gap-way .barlayer"),
    "lesson": ("lesson?step=2&answers=2-2&notes=1", "#lesson-reveal"),
    "facts": ("facts", ".facts tr.bad"),
    "claims": ("facts?show=claims", ".claims article.bad"),
}


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (820, 1180)])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_clean_and_without_serious_barriers(visit, name, width, height):
    from axe_playwright_python.sync_playwright import Axe

    path, ready = PAGES[name]
    page = visit(path, width, height, ready)
    judged = "light" if width > 1000 else "dark"  # colours are the same at both sizes: one judgement of each is enough
    for theme in ("light", "dark"):
        if theme == "dark":
            page.get_by_role("button", name="Dark or light").click()
        assert page.locator("html").get_attribute("data-mantine-color-scheme") == theme
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if theme == judged:
            page.wait_for_timeout(400)  # colours fade in
            found = Axe().run(page).response["violations"]
            serious = [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")]
            assert serious == []


def test_pages_keep_what_another_page_set(visit):
    page = visit("?a.policy.guarantee=0.1&seed=5")
    page.get_by_role("link", name="Firm").click()
    page.locator("#firm-terms table").first.wait_for()
    assert "a.policy.guarantee=0.1" in page.url and "seed=5" in page.url
    assert "Korea-like (1 change), seed 5" in page.locator("#firm-status").inner_text()


def test_an_unknown_page_says_so(visit):
    page = visit("nothing", ready=".missing")
    assert "No page of this name" in page.inner_text("main")

"""The list of case studies: filters counted by hand, sorted, turned in pages; and two side by side."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from flask import template_rendered

from portal import content
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.page_rules import text_of
from tests.portal.storytelling import everything, many, story

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.inspecting import Reply

KIND = "case-study"
AT = "/en/case-studies/"
MANY = many()
SHIPPED = 10

VALUES = {
    "platform": lambda body: body.get("platforms") or [],
    "purpose": lambda body: body.get("purposes") or [],
    "audience": lambda body: body.get("audiences") or [],
    "language": lambda body: body.get("languages_of_service") or [],
    "country": lambda body: [body["country"]],
    "province": lambda body: [*filter(None, [body.get("province")]), *(body.get("also_provinces") or [])],
    "setting": lambda body: [*filter(None, [body.get("setting")])],
    "size": lambda body: [body["size"]],
    "year": lambda body: [*filter(None, [((body.get("period") or {}).get("from") or "")[:4]])],
}
"""Filter -> what a body has of it, told another way than the portal does."""

CHOICES = [
    {},
    {"platform": ["telegram"]},
    {"platform": ["telegram", "signal"]},
    {"province": ["ON"], "size": ["unknown", "over_1024"]},
    {"year": ["2017"], "purpose": ["referral"], "language": ["ar", "en", "fa"]},
    {"setting": ["national"], "year": ["2020"]},
    {"country": ["ca"], "audience": ["afghans"], "platform": ["whatsapp", "telegram", "signal"]},
]


@pytest.fixture(scope="module")
def library(lasting_stored_app: Flask) -> Flask:
    """A site with 60 invented case studies beside those that ship, and one that says everything."""
    with lasting_stored_app.app_context(), store.write():
        for place, (slug, body) in enumerate(MANY.items()):
            content.save(KIND, slug, body, position=100 + place)
        content.save(KIND, "everything", everything(), position=900)
        content.save(KIND, "little", story(), position=901)
    return lasting_stored_app


@pytest.fixture
def visitor(library: Flask) -> InspectingClient:
    return InspectingClient(library)


@pytest.fixture
def browser(library: Flask) -> FlaskClient:
    """A visitor whose pages may be in a language that is not translated yet, or show another site."""
    return library.test_client(use_cookies=False)


# The list


def shown(reply: Reply) -> list[str]:
    """Slugs of the case studies that a page lists."""
    links = reply.page.all("//article//h2/a/@href")
    return [str(link).split("/")[-2] for link in links]


def counted(reply: Reply) -> dict[tuple[str, str], int]:
    """What a page says each value would leave."""
    options = reply.page.all("//label[@class='facet-option']")
    return {
        (option.xpath("string(input/@name)"), option.xpath("string(input/@value)")): int(
            option.xpath("string(span[@class='small'])")
        )
        for option in options
        if option.xpath("span[@class='small']")
    }


def bodies(app: Flask) -> dict[str, dict[str, Any]]:
    with app.app_context():
        return {card["slug"]: content.document(KIND, card["slug"]) or {} for card in content.cards(KIND)}


def fits(body: dict[str, Any], choice: dict[str, list[str]]) -> bool:
    return all(set(VALUES[name](body)) & set(codes) for name, codes in choice.items())


def by_hand(every: dict[str, dict[str, Any]], choice: dict[str, list[str]]) -> dict[tuple[str, str], int]:
    """The counts, one question of all case studies for each value."""
    found = {}
    for name, values in VALUES.items():
        there = {code for body in every.values() for code in values(body)} | set(choice.get(name, []))
        if len(there) > 1 or name in choice:
            others = {other: codes for other, codes in choice.items() if other != name}
            for code in there:
                found[name, code] = sum(fits(body, {**others, name: [code]}) for body in every.values())
    return found


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_values_are_counted_within_the_choice_of_the_other_filters(
    choice: dict[str, list[str]], visitor: InspectingClient, library: Flask
) -> None:
    every = bodies(library)
    assert len(every) == SHIPPED + len(MANY) + 2
    reply = visitor.get(f"{AT}?{urlencode(choice, doseq=True)}")
    fitting = [slug for slug, body in every.items() if fits(body, choice)]
    found = by_hand(every, choice)
    assert counted(reply) == {pair: count for pair, count in found.items() if count or fitting}
    assert shown(reply) == fitting[:24]
    assert text_of(reply.page.one("//p[@role='status']")) == f"{len(fitting)} of {len(every)} case studies"
    ticked = {(box.get("name"), box.get("value")) for box in reply.page.all("//fieldset//input[@checked]")}
    assert ticked == {(name, code) for name, codes in choice.items() for code in codes}


def test_chosen_values_are_shown_each_with_a_way_to_take_it_away(visitor: InspectingClient) -> None:
    reply = visitor.get(f"{AT}?platform=telegram&platform=signal&year=2017&sort=title")
    chips = {
        text_of(link).removesuffix(" ×"): link.get("href")
        for link in reply.page.all("//ul[@class='chips']//a")
    }
    assert chips == {
        "Take this filter away: Platform Telegram": f"{AT}?platform=signal&year=2017&sort=title",
        "Take this filter away: Platform Signal": f"{AT}?platform=telegram&year=2017&sort=title",
        "Take this filter away: Year it began 2017": f"{AT}?platform=telegram&platform=signal&sort=title",
        "Show all": AT,
    }
    for address in chips.values():
        assert visitor.get(address).status == 200


def test_list_turns_in_pages_that_together_show_each_case_study_once(visitor: InspectingClient) -> None:
    pages = [visitor.get(f"{AT}?page={number}") for number in (1, 2, 3)]
    found = list(itertools.chain.from_iterable(shown(page) for page in pages))
    assert len(found) == len(set(found)) == SHIPPED + len(MANY) + 2
    assert [len(shown(page)) for page in pages] == [24, 24, 24]
    assert pages[0].page.one("//nav[@class='pages']//a[@rel='next nofollow']").get("href") == f"{AT}?page=2"
    assert pages[2].page.all("//nav[@class='pages']//a[@rel='next nofollow']") == []
    assert pages[1].page.one("//title").text.startswith("Case studies, page 2")


@pytest.mark.parametrize(
    "query",
    [
        "page=4", "page=0", "page=-1", "page=x", "page=1e2", "sort=random",
    ],
)  # fmt: skip
def test_what_the_list_does_not_have_is_not_found(query: str, visitor: InspectingClient) -> None:
    assert visitor.get(f"{AT}?{query}").status == 404


LEFT_OUT = {
    "platform=fax": (["“fax” is not among the choices of “Platform” and was left out."], ""),
    "year=17&year=2017": (
        ["“17” is not among the choices of “Year it began” and was left out."],
        "year=2017",
    ),
    "platform=telegram&platform=x&size=y": (
        [
            "“x” is not among the choices of “Platform” and was left out.",
            "“y” is not among the choices of “Size of the group” and was left out.",
        ],
        "platform=telegram",
    ),
    f"setting=%00%E2%80%AE%3Cb%3E{'z' * 99}": (
        [f"“<b>{'z' * 37}” is not among the choices of “Reach” and was left out."],
        "",
    ),
}
"""Query -> what is said of it, and the query that asks for the same."""


@pytest.mark.parametrize("query", LEFT_OUT)
def test_value_that_a_filter_does_not_have_is_named_and_left_out(
    query: str, visitor: InspectingClient
) -> None:
    notices, same = LEFT_OUT[query]
    reply, plain = visitor.get(f"{AT}?{query}"), visitor.get(f"{AT}?{same}")
    assert reply.status == 200
    assert [text_of(one) for one in reply.page.all("//p[@class='notice']")] == notices
    assert plain.page.all("//p[@class='notice']") == []
    assert (shown(reply), counted(reply)) == (shown(plain), counted(plain))


def test_few_of_very_many_unknown_values_are_named(visitor: InspectingClient) -> None:
    reply = visitor.get(f"{AT}?{'&'.join(f'platform=x{number}' for number in range(50))}")
    assert len(reply.page.all("//p[@class='notice']")) == 5


def test_empty_values_choose_nothing(visitor: InspectingClient) -> None:
    assert shown(visitor.get(f"{AT}?size=&platform=&platform=&page=&sort=")) == shown(visitor.get(AT))


def test_value_that_no_case_study_has_leaves_none(visitor: InspectingClient) -> None:
    reply = visitor.get(f"{AT}?platform=wechat")
    assert shown(reply) == []
    assert reply.page.all("//form[contains(@action, 'compare')]") == []


def test_nothing_says_zero_where_nothing_fits(visitor: InspectingClient, library: Flask) -> None:
    choice = {"platform": ["wechat"], "year": ["2017", "2020"]}
    reply = visitor.get(f"{AT}?{urlencode(choice, doseq=True)}")
    assert shown(reply) == []
    real = {pair: count for pair, count in by_hand(bodies(library), choice).items() if count}
    assert {name for name, _ in real} == {"platform"}
    assert counted(reply) == real


def test_long_filters_wait_behind_a_line_until_something_in_them_is_chosen(visitor: InspectingClient) -> None:
    reply = visitor.get(f"{AT}?size=unknown&platform=telegram")
    folded = {
        text_of(one.xpath("summary")[0]): one.get("open") is not None
        for one in reply.page.all("//form//details")
    }
    assert folded == {
        "Languages of service": False,
        "Reach": False,
        "Size of the group": True,
        "Year it began": False,
    }
    for one in reply.page.all("//form//details"):
        assert text_of(one.xpath("fieldset/legend")[0]) == text_of(one.xpath("summary")[0])


def test_one_case_study_alone_has_nothing_to_be_compared_with(app: Flask) -> None:
    alone = InspectingClient(app).get(f"{AT}?platform=telegram")
    assert shown(alone) == ["ottawa-group"]
    assert alone.page.all("//main//article//input | //main//form//button[@class='button-quiet']") == []


def test_list_is_sorted(visitor: InspectingClient, library: Flask) -> None:
    every = bodies(library)
    years = [(VALUES["year"](every[slug]) or ["0"])[0] for slug in shown(visitor.get(f"{AT}?sort=newest"))]
    assert years == sorted(years, reverse=True)
    titles = [every[slug]["title"]["en"] for slug in shown(visitor.get(f"{AT}?sort=title&year=2020"))]
    assert [title[0] for title in titles] == sorted((title[0] for title in titles), key="ÀBdÉz".index)
    assert len(set("ÀBdÉz") & {title[0] for title in titles}) > 3


def test_combinations_are_not_kept_and_single_choices_are(library: Flask, browser: FlaskClient) -> None:
    made: list[str] = []

    def note(_app: Flask, template: Any, **_more: object) -> None:
        made.append(str(template.name))

    library.extensions["public_pages"].forget()
    with template_rendered.connected_to(note, library):
        for query, times in {
            "setting=rural": 1, "setting=rural&year=2020": 2, "setting=rural&setting=city": 2, "year=1234": 2,
            "platform=fax": 2,
        }.items():  # fmt: skip
            made.clear()
            for _ in range(2):
                assert browser.get(f"{AT}?{query}").status_code == 200
            assert made.count("stories/index.html") == times, query


def test_list_changes_with_what_is_published(app: Flask) -> None:
    client = InspectingClient(app)
    before = len(shown(client.get(f"{AT}?platform=telegram&year=2017")))
    with app.app_context(), store.write():
        content.save(KIND, "one-more", story(platforms=["telegram"], period={"from": "2017"}), position=50)
    app.extensions["public_pages"].forget()
    assert len(shown(client.get(f"{AT}?platform=telegram&year=2017"))) == before + 1


# Two side by side


def test_two_are_compared_and_what_they_share_is_marked(visitor: InspectingClient) -> None:
    reply = visitor.get(f"{AT}compare/?a=halifax&b=calgary")
    heads = [link.get("href") for link in reply.page.all("//thead//a")]
    assert heads == [f"{AT}halifax/", f"{AT}calgary/"]
    rows = {
        text_of(row.xpath("th")[0]): [text_of(cell) for cell in row.xpath("td")]
        for row in reply.page.all("//tbody/tr")
    }
    assert rows["Created by"] == ["ISANS", "Centre for Newcomers"]
    assert rows["Province"] == ["Nova Scotia", "Alberta"]
    assert rows["Size of the group"] == ["Not published", "Not published"]
    assert rows["Change of platform"] == ["None known", "None known"]
    assert [name for name in rows if name.endswith("the same")] == []
    same = visitor.get(f"{AT}compare/?a=toronto-sms&b=north-bay").page.all("//tbody/tr/th[span]")
    assert [text_of(one) for one in same] == ["Province the same"]


def test_cells_carry_the_name_of_their_case_study_for_narrow_screens(visitor: InspectingClient) -> None:
    reply = visitor.get(f"{AT}compare/?a=ottawa-group&b=everything")
    labels = {cell.get("data-label") for cell in reply.page.all("//tbody//td")}
    assert labels == {"Refugee 613 Welcomes You to Ottawa", "The Group"}
    heads = [text_of(one) for one in reply.page.all("//thead//bdi")]
    assert heads == ["Refugee 613 Welcomes You to Ottawa", "The Group"]


def test_makers_stand_apart_from_the_words_around_them(visitor: InspectingClient, library: Flask) -> None:
    makers = [
        [by["name"] for by in bodies(library)[slug]["created_by"]] for slug in ("arrival-advisor", "calgary")
    ]
    reply = visitor.get(f"{AT}compare/?a=arrival-advisor&b=calgary")
    cells = reply.page.all("//tbody/tr[1]/td")
    assert [[text_of(one) for one in cell.xpath(".//bdi")] for cell in cells] == makers
    assert [text_of(cell) for cell in cells] == [" · ".join(names) for names in makers]


def test_two_are_picked_from_the_list(visitor: InspectingClient) -> None:
    reply = visitor.get(AT)
    form = reply.page.one("//form[@aria-label='Compare two case studies']")
    boxes = [box.get("value") for box in form.xpath(".//input[@type='checkbox' and @name='story']")]
    assert boxes == shown(reply)
    picked = visitor.get(f"{form.get('action')}?story=halifax&story=calgary")
    assert (picked.status, picked.headers["Location"]) == (302, f"{AT}compare/?a=halifax&b=calgary")


def selected(reply: Reply) -> list[str]:
    """What each list of the choice says before anybody chooses; "" where that is its empty option."""
    lists = [reply.page.one(f"//select[@id='{name}']") for name in "ab"]
    return [one.xpath("string((option[@selected] | option[1])[last()]/@value)") for one in lists]


CHOICE_OF_TWO = {
    "story=halifax": ("You chose one: choose another to compare it with.", ["halifax", ""]),
    "story=halifax&story=halifax": (
        "You chose one: choose another to compare it with.",
        ["halifax", ""],
    ),
    "story=halifax&story=calgary&story=little": ("You ticked 3: choose two.", ["halifax", "calgary"]),
    "a=halifax&b=halifax": ("Choose two different case studies.", ["halifax", ""]),
    "a=halifax&b=": ("You chose one: choose another to compare it with.", ["halifax", ""]),
}


@pytest.mark.parametrize("query", CHOICE_OF_TWO)
def test_other_than_two_are_asked_for_again(query: str, visitor: InspectingClient) -> None:
    sentence, kept = CHOICE_OF_TWO[query]
    reply = visitor.get(f"{AT}compare/?{query}")
    assert text_of(reply.page.one("//p[@role='status']")) == sentence
    assert selected(reply) == kept


def test_choice_begins_with_the_case_study_one_comes_from(visitor: InspectingClient) -> None:
    link = visitor.get(f"{AT}little/").page.one("//aside//a[contains(@href, 'compare')]").get("href")
    reply = visitor.get(link)
    assert selected(reply) == ["little", ""]
    assert reply.page.all("//p[@role='status']") == []
    for query in ("a=nothing", "a=halifax&b=nothing", "story=nothing&story=halifax"):
        assert visitor.get(f"{AT}compare/?{query}", follow_redirects=True).status == 404

"""The pages of tree pits as visitors, adopters and staff meet them."""

import io

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.actor import Role
from spreekt.modules.boomspiegel import mapping
from spreekt.modules.boomspiegel.adoption_models import AdoptionState
from spreekt.modules.boomspiegel.care_models import CareEntry, Deed, DroughtCall, PitPhoto, PitReport
from spreekt.modules.boomspiegel.models import Light, PitState
from tests.builders import a_moderator, a_resident, a_street, an_account, an_area, kept, staff
from tests.pages import Pages, values_of
from tests.tree_builders import (
    TODAY,
    a_pit,
    a_request,
    a_sent_request,
    adoptions_of,
    an_adoption,
    clerk,
    green,
    the_rules,
)

A = AdoptionState


def a_picture() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "PNG")
    out.seek(0)
    return out, "foto.png"


def test_the_list_shows_what_is_free_and_why_others_are_not(pages: Pages) -> None:
    a_pit("BS-0002", place="Rijselsestraat 75")
    a_pit("BS-0024", place="Zwevegemsestraat 40", state=PitState.UNSUITABLE, state_reason="te dicht bij de rijstrook")
    a_pit("BS-0090", place="Houtmarkt 3", state=PitState.REMOVED, gone_on=TODAY)

    page = pages.get("/boomspiegels")

    assert "2 boomspiegels" in page
    assert "te dicht bij de rijstrook" in page
    assert "Houtmarkt 3" not in page
    assert "Houtmarkt 3" in pages.get("/boomspiegels?status=weg")


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("?deelgemeente=heule", ["BS-0002"]),
        ("?status=beschikbaar", ["BS-0001", "BS-0002"]),
        ("?q=linde+rijsel", ["BS-0001"]),
        ("?q=BS-0003", ["BS-0003"]),
        ("?q=veldesdoorn", ["BS-0002"]),
        ("?q=%25", []),
        ("?bij=Heuleplaats+3", ["BS-0002"]),
    ],
)
def test_the_list_page_its_files_and_its_api_filter_alike(pages: Pages, query: str, codes: list[str]) -> None:
    heule = an_area("Heule")
    a_street("Heuleplaats", area=heule)
    a_pit("BS-0001", place="Rijselsestraat 61")
    a_pit("BS-0002", place="Moorseelsestraat 22", species="Veldesdoorn", area=heule, latitude=50.8385, longitude=3.2362)
    a_pit("BS-0003", place="Budastraat 12", species="Sierpeer", state=PitState.PAUSED, longitude=3.2670)

    listed = [href.rpartition("/")[2] for href in pages.get(f"/boomspiegels{query}").links().values()
              if "/boomspiegels/BS-" in href]  # fmt: skip
    from_csv = [line.split(",")[0] for line in pages.raw(f"/boomspiegels.csv{query}").text.splitlines()[1:]]
    from_map = [one["properties"]["code"] for one in pages.raw(f"/boomspiegels.geojson{query}").json["features"]]
    from_api = [one["code"] for one in pages.raw(f"/api/v1/tree-pits{query}").json["items"]]

    assert listed == from_csv == sorted(from_map) == from_api == codes


def test_near_an_address_the_nearest_comes_first_with_its_distance(pages: Pages) -> None:
    a_street("Heuleplaats")
    a_pit("BS-0001", latitude=50.8400, longitude=3.2360)
    a_pit("BS-0002", latitude=50.8382, longitude=3.2360)
    a_pit("BS-0003", latitude=50.8700, longitude=3.2360)

    page = pages.get("/boomspiegels?bij=heuleplaats")

    assert page.text.index("BS-0002") < page.text.index("BS-0001")
    assert "op 20 m" in page
    assert "BS-0003" not in page


def test_an_address_that_nobody_knows_is_said_so(pages: Pages) -> None:
    a_pit()

    assert "We vinden “Nergensstraat 5” niet" in pages.get("/boomspiegels?bij=Nergensstraat+5")


@pytest.mark.parametrize("query", ["?status=onzin", "?pagina=0", "?pagina=x", "?q=a&q=b"])
def test_an_address_that_means_nothing_answers_400(pages: Pages, query: str) -> None:
    assert pages.raw(f"/boomspiegels{query}").status_code == 400


@pytest.mark.parametrize("box", ["1,2,3", "nan,50,4,51", "4,50,3,51", "a,b,c,d", "3,51,4,50", "3,50,4"])
def test_w16_a_part_of_the_map_that_is_none_answers_400(pages: Pages, box: str) -> None:
    assert pages.raw(f"/boomspiegels/kaart.geojson?kader={box}").status_code == 400


def test_few_pits_have_a_shape_and_many_become_heaps_with_a_count(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        a_pit(latitude=50.82 + number / 10_000, state=PitState.AVAILABLE)
    few = pages.raw("/boomspiegels/kaart.geojson").json
    monkeypatch.setattr(mapping, "SINGLES", 3)
    many = pages.raw("/boomspiegels/kaart.geojson").json

    assert [one["properties"]["shape"] for one in few["features"]] == ["ring"] * 5
    assert sum(one["properties"]["count"] for one in many["features"]) == 5
    assert {"title", "text", "count"} == set(many["features"][0]["properties"])


def test_p06_the_page_tells_a_first_name_only_when_they_chose_so(pages: Pages) -> None:
    shy, open_pit = a_pit(), a_pit()
    an_adoption(shy, a_resident(name="Noor Vandamme"), group_name="Basisschool De Linde")
    an_adoption(open_pit, a_resident(name="Fien Desmet"), first_name="Fien")

    for path in ("/boomspiegels/{}", "/api/v1/tree-pits/{}"):
        hidden, shown = (pages.raw(path.format(pit.code)).text for pit in (shy, open_pit))
        assert "Noor" not in hidden
        assert "De Linde" not in hidden
        assert "Fien" in shown
        assert "Desmet" not in shown
    exports = "".join(pages.raw(f"/boomspiegels{ending}").text for ending in (".csv", ".atom", ".geojson"))
    assert not {"Noor", "Fien", "Vandamme", "Desmet"} & set(exports.replace(",", " ").split())


def test_the_detail_page_says_what_may_and_what_may_not_with_its_own_height(pages: Pages) -> None:
    corner = a_pit(near_junction=True)

    page = pages.get(f"/boomspiegels/{corner.code}")

    assert "Dit mag niet" in page
    assert "40 cm" in page
    assert "Deze boomspiegel is vrij." in page


def test_a_code_is_found_in_small_letters_too_and_an_unknown_one_is_not_there(pages: Pages) -> None:
    a_pit("BS-0002")

    pages.get("/boomspiegels/bs-0002")
    pages.get("/boomspiegels/BS-9999", status=404)
    pages.get(f"/boomspiegels/{'x' * 90}", status=404)


def test_adopting_question_by_question(pages: Pages, db: Session) -> None:
    pit = a_pit("BS-0002")
    me = pages.as_(a_resident())
    there = "/boomspiegels/BS-0002/adopteren"

    me.send(there)
    assert "Kies wie gaat zorgen." in me.send(f"{there}/wie", status=422, group_name="")
    me.send(f"{there}/wie", kind="gezin")
    me.send(f"{there}/waar", nearness="woon", first_name="Noor")
    warned = me.send(f"{there}/planten", status=422, plants=["lavendel"], words="En een klimroos.")
    assert "Je noemt een plant die niet mag: Roos (doornen)." in warned
    me.send(f"{there}/planten", plants=["lavendel", "tijm"], words="Langs de rand.")
    codes = [rule["code"] for rule in the_rules().rules]
    assert "Vink elke regel aan." in me.send(f"{there}/regels", status=422, rules=codes[:3])
    me.send(f"{there}/regels", rules=codes)
    me.send(f"{there}/foto", photo=a_picture(), alt="De boomspiegel vol onkruid")
    page = me.send(f"{there}/nakijken")

    adoption = adoptions_of(pit)[0]
    assert "Bij Net en Groen voor advies" in page
    assert (adoption.state, adoption.first_name, len(adoption.accepted)) == (A.REQUESTED, "Noor", len(codes))
    assert [row.plant_code for row in adoption.plants] == ["lavendel", "tijm"]
    photo = db.scalars(select(PitPhoto)).one()
    assert (photo.state, photo.adoption_id) == ("in-nazicht", adoption.id)


def test_what_was_answered_is_there_again_later(pages: Pages) -> None:
    a_pit("BS-0002")
    me = pages.as_(a_resident())

    me.send("/boomspiegels/BS-0002/adopteren")
    me.send("/boomspiegels/BS-0002/adopteren/wie", press="_later=1", kind="school", group_name="De Linde")

    assert 'value="De Linde"' in me.get("/boomspiegels/BS-0002/adopteren/wie").html
    assert "Ga verder met je aanvraag" in me.get("/boomspiegels/BS-0002")


def test_a_crafted_forbidden_plant_is_refused(pages: Pages, db: Session) -> None:
    pit = a_pit()
    who = a_resident()
    a_request(pit, who)

    page = pages.as_(who).send(f"/boomspiegels/{pit.code}/adopteren/planten", status=422, plants=["monnikskap"])

    assert "Monnikskap mag niet in een boomspiegel." in page


def test_sending_asks_a_person_to_show_that_they_live_here(pages: Pages) -> None:
    pit, who = a_pit(), an_account()
    a_request(pit, who)
    me = pages.as_(who)
    url = f"/boomspiegels/{pit.code}/adopteren/nakijken"
    form = me.get(url).form_with("csrf_token")
    answer = me.client.post(url, data=values_of(form))

    assert answer.headers["Location"].startswith("/verblijf")


def test_an_unsent_request_can_be_thrown_away(pages: Pages, db: Session) -> None:
    pit, who = a_pit(), a_resident()
    a_request(pit, who)

    me = pages.as_(who)
    sheet = me.get(f"/boomspiegels/{pit.code}/adopteren")
    forms = [form for form in sheet.all("form") if (form.get("action") or "").endswith("/verwijderen")]
    me.client.post(forms[0].get("action") or "", data=values_of(forms[0]))

    assert adoptions_of(pit) == []


def test_z01_somebody_elses_adoption_is_not_there(pages: Pages) -> None:
    adoption = an_adoption(a_pit(), a_resident())
    stranger = pages.as_(a_resident())

    for path in ("", "/logboek", "/foto", "/stoppen-of-doorgeven", "/overeenkomst.pdf"):
        assert stranger.raw(f"/mijn/boomspiegels/{adoption.id}{path}").status_code == 404


def test_the_agreement_is_a_pdf_for_the_adopter_and_staff(pages: Pages) -> None:
    who = a_resident(name="Noor Vandamme")
    adoption = an_adoption(a_pit(), who)

    mine = pages.as_(who).raw(f"/mijn/boomspiegels/{adoption.id}/overeenkomst.pdf")
    theirs = pages.as_(green()).raw(f"/beheer/boomspiegels/aanvragen/{adoption.id}/overeenkomst.pdf")

    for answer in (mine, theirs):
        assert answer.data.startswith(b"%PDF")
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_log_counts_litres_on_the_public_page(pages: Pages, db: Session) -> None:
    who = a_resident()
    adoption = an_adoption(a_pit(), who)
    me = pages.as_(who)
    url = f"/mijn/boomspiegels/{adoption.id}/logboek"

    assert "Vul in hoeveel liter je goot" in me.send(url, status=422, deed="gegoten", done_on=TODAY.isoformat())
    me.send(url, deed="gegoten", litres="20", done_on=TODAY.isoformat())

    assert "20 liter" in pages.get(f"/boomspiegels/{adoption.adoptable.code}")
    assert "20" in pages.get("/boomspiegels/cijfers")


def test_a_care_photo_waits_for_a_moderator_and_then_hangs_on_the_page(pages: Pages, db: Session) -> None:
    who = a_resident()
    adoption = an_adoption(a_pit(), who)
    url = f"/boomspiegels/{adoption.adoptable.code}"

    pages.as_(who).send(f"/mijn/boomspiegels/{adoption.id}/foto", photo=a_picture(), alt="Lavendel in bloei")
    photo = db.scalars(select(PitPhoto)).one()
    assert "Lavendel in bloei" not in pages.get(url).html
    pages.as_(a_moderator()).send(f"/moderatie/{photo.id}", press="decision=publish")

    assert "Lavendel in bloei" in pages.get(url).html


def test_a_report_is_for_staff_only_with_its_photo(pages: Pages, db: Session) -> None:
    adopter = a_resident()
    adoption = an_adoption(a_pit(), adopter)
    code = adoption.adoptable.code

    pages.as_(a_resident()).send(f"/boomspiegels/{code}/melden", concern="verwaarlozing",
                                 words="Het staat vol onkruid.", photo=a_picture(), alt="Onkruid")  # fmt: skip
    said = db.scalars(select(PitReport)).one()
    photo = db.scalars(select(PitPhoto)).one().pictures[0].name

    for reader in (pages, pages.as_(adopter)):
        assert "onkruid" not in reader.get(f"/boomspiegels/{code}").text
        assert reader.raw(f"/foto/{photo}").status_code == 404
        assert reader.raw(f"/beheer/boomspiegels/meldingen/{said.id}").status_code in {303, 404}
    worker = pages.as_(green())
    assert "Het staat vol onkruid." in worker.get(f"/beheer/boomspiegels/meldingen/{said.id}")
    assert worker.raw(f"/beheer/boomspiegels/fotos/{photo}").status_code == 200
    worker.send(f"/beheer/boomspiegels/meldingen/{said.id}", press="decision=visit", answer="We gaan kijken.")
    assert (said.state, adoption.state) == ("afgehandeld", A.VISIT)


def test_corrections_are_a_feed_for_the_tree_service(pages: Pages) -> None:
    pit = a_pit()
    pages.as_(a_resident()).send(f"/boomspiegels/{pit.code}/melden", concern="correctie", words="Het is een esdoorn.")

    service = pages.as_(green())

    assert "Het is een esdoorn." in service.raw("/beheer/boomspiegels/correcties.csv").text
    assert "Het is een esdoorn." in service.raw("/beheer/boomspiegels/correcties.atom").text
    assert pages.as_(a_resident()).raw("/beheer/boomspiegels/correcties.csv").status_code == 404


def test_staff_advise_and_the_secretary_writes_down_the_college(pages: Pages, db: Session) -> None:
    adoption = a_sent_request(a_pit(), a_resident())
    url = f"/beheer/boomspiegels/aanvragen/{adoption.id}"
    service, secretary = pages.as_(green()), pages.as_(clerk())

    assert "Kies een advies." in service.send(url, status=422, press="decision=advise")
    service.send(url, press="decision=advise", advice="gunstig-met-voorwaarden", words="Hou de stam vrij.")
    assert "Wacht op het college" in secretary.get("/beheer/boomspiegels?stapel=college")
    assert "Vul de dag in" in secretary.send(url, status=422, press="decision=approve")
    secretary.send(
        url, press="decision=approve", decided_on=TODAY.isoformat(), decision_url="https://besluit.example/7"
    )
    assert adoption.state == A.ACTIVE
    sheet = service.get(url)
    box = next(form for form in sheet.all("form") if (form.get("action") or "").endswith("/vogelkastje"))
    service.client.post(box.get("action") or "", data=values_of(box))
    db.refresh(adoption)
    assert adoption.nest_box_done_on == TODAY


def test_the_route_list_names_cared_for_pits_street_by_street_and_nobody(pages: Pages) -> None:
    an_adoption(a_pit(place="Zandstraat 1"), a_resident(name="Noor Vandamme"))
    an_adoption(a_pit(place="Astridlaan 9"), a_resident())
    a_pit(place="Vrijstraat 5")
    service = pages.as_(green())

    page = service.get("/beheer/boomspiegels/route")
    lines = service.raw("/beheer/boomspiegels/route.csv").text.splitlines()

    assert page.text.index("Astridlaan 9") < page.text.index("Zandstraat 1")
    assert "Vrijstraat 5" not in page
    assert "Noor" not in page.html
    assert len(lines) == 3


def test_staff_see_and_decide_only_within_their_areas(pages: Pages) -> None:
    here, there = an_area("Heule"), an_area("Marke")
    mine, other = a_sent_request(a_pit(area=here), a_resident()), a_sent_request(a_pit(area=there), a_resident())
    service = pages.as_(staff(Role.SERVICE, area=here))

    page = service.get("/beheer/boomspiegels")

    assert mine.adoptable.code in page
    assert other.adoptable.code not in page
    assert service.raw(f"/beheer/boomspiegels/aanvragen/{other.id}").status_code == 404
    assert service.raw(f"/beheer/boomspiegels/plekken/{other.adoptable.code}").status_code == 404


def test_a_place_is_paused_with_a_reason_that_everybody_reads(pages: Pages, db: Session) -> None:
    adoption = an_adoption(a_pit(), a_resident())
    code = adoption.adoptable.code
    service = pages.as_(green())
    url = f"/beheer/boomspiegels/plekken/{code}"

    assert "Schrijf waarom." in service.send(url, status=422, press="decision=pause")
    service.send(url, press="decision=pause", reason="nutswerken in de straat", until="2027-04-30")

    assert "nutswerken in de straat" in pages.get(f"/boomspiegels/{code}")
    assert (adoption.state, adoption.adoptable.state) == (A.ACTIVE, PitState.PAUSED)


TREES = """code;soort;lengte_cm;breedte_cm;licht;adres;lat;lon
BS-0001;Linde;120;120;zon;Rijselsestraat 61;50.8262;3.2640
BS-0002;Linde;120;120;zon;Rijselsestraat 75;50.8263;3.2641
"""


def test_a_tree_file_is_checked_first_and_then_read_in(pages: Pages) -> None:
    service = pages.as_(green())

    def send(content: str, *, check: bool) -> str:
        fields = {} if not check else {"only_check": "y"}
        without: tuple[str, ...] = () if check else ("only_check",)
        file, status = (io.BytesIO(content.encode()), "bomen.csv"), 422 if "x;y;z" in content else 200
        return service.send("/beheer/boomspiegels/bomen", status=status, file=file, without=without, **fields).text

    assert "Er is nog niets ingelezen." in send(TREES, check=True)
    assert "Nog geen boomspiegels" in pages.get("/boomspiegels")
    assert "Het bestand is ingelezen." in send(TREES, check=False)
    assert "2 boomspiegels" in pages.get("/boomspiegels")
    assert "ontbreekt" in send("x;y;z\n", check=True)


def test_a_new_version_of_the_rules_starts_from_the_old_one(pages: Pages) -> None:
    the_rules()
    service = pages.as_(green())

    url = "/beheer/boomspiegels/reglement"
    assert "Laat nieuwe regels ingaan vandaag of later." in service.send(url, status=422, valid_from="2025-01-01")
    assert "Kijk de getallen na" in service.send(url, status=422, valid_from="2027-01-01", dig_most_cm="99999")
    service.send(url, valid_from="2027-01-01", height_most_cm="50", source="Gemeenteraad")

    page = pages.get("/boomspiegels/reglement")
    assert "Versie 2" in page
    assert "Gaat nog in" in page


def test_a_drought_call_goes_to_the_adopters_of_the_area(pages: Pages, db: Session) -> None:
    an_area("Heule")

    pages.as_(green()).send("/beheer/boomspiegels/droogte", area="", words="Geef deze week twee gieters water.")

    assert db.scalars(select(DroughtCall)).one().area_id is None


def test_numbers_plants_and_rules_are_pages_and_files(pages: Pages) -> None:
    adoption = an_adoption(a_pit(light=Light.SHADE), a_resident())
    kept(CareEntry(adoption_id=adoption.id, deed=Deed.WATERED, litres=35, done_on=TODAY))

    assert "35 liter" in pages.get("/boomspiegels/cijfers")
    assert "Kortrijk,1,0,1,35" in pages.raw("/boomspiegels/cijfers.csv").text
    assert "Klimop" in pages.get("/boomspiegels/planten")
    assert "Hedera helix" in pages.raw("/boomspiegels/planten.csv").text
    assert "Versie 1" in pages.get("/boomspiegels/reglement")

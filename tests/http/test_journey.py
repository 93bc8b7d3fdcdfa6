"""From contact to closure over the pages, by the people whose work it is."""

from __future__ import annotations


def test_a_contact_is_begun_and_its_form_opens(office):
    office.contact()

    tess = office.at("tess")
    assert "Contact record" in tess.said
    assert "Date of the contact" in tess.said
    assert "The contact is begun" in tess.said


def test_a_child_comes_from_contact_to_closure_and_back(office, clock):
    case = office.assessment()
    sam = office.at("sam")
    sam.get("/")
    assert "Initial assessment" in sam.said
    assert "Due Tuesday 7 April 2026, in 10 working days" in sam.said

    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action", child_seen="yes")
    office.do("pat", case, "Initial assessment", decision="authorise")
    office.do("sam", case, "Closure record")
    pat = office.do("pat", case, "Closure record", decision="authorise")
    assert "Case closed" in pat.said

    tess = office.at("tess")
    tess.get("/contacts?name=ava")
    tess.get(tess.link("Record a contact about Ava"))
    tess.send({}, to=f"/contacts/about/{case}")
    tess.get(f"/children/{case}")
    print(tess.said)
    assert "When the case was last closed" in tess.said


def test_every_page_of_a_file_opens(office, clock):
    case = office.assessment()
    clock.advance(days=40)
    max = office.at("max")
    for path in ("", "/map", "/processes/initial_assessment.1", "/processes/contact.1", "/records", "/history", "/family", "/readers", "/allocate"):
        response = max.get(f"/children/{case}{path}")
        print(path, response.status_code, max.said, "\n")
        if response.status_code != 200: print("FAIL")
    max.get(f"/children/{case}")
    max.get(max.link("Why this date"))
    print(max.said)
    max.get(f"/children/{case}/records")
    max.get(max.link("Referral"))
    print(max.said)
    max.get(max.link("Correct"))
    print(max.said)
    max.get(max.link("Date"))
    print(max.said)
    max.send({"received_on-day":"23","received_on-month":"3","received_on-year":"2026","reason":"typed wrong"}, to=max.response.request.path, do="preview")
    print(max.said)
    max.send({"received_on-day":"23","received_on-month":"3","received_on-year":"2026","reason":"typed wrong"}, to=max.response.request.path, do="correct")
    print(max.said)
    assert 0

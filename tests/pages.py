"""A browser for tests that looks at every page it opens. A mistake found once becomes a check for all."""

import re
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from spreekt.identity.models import Account, SignInSession
from spreekt.identity.sessions import hash_of
from tests.builders import NOON

VALUE_FREE = {"hidden", "submit", "button", "image", "reset"}
VOID_OF_LABELS = VALUE_FREE
ALLOWED_FAULTS = {"unknown-start-tag"}


class Sheet:
    """One page that was opened: its text, its elements, its forms."""

    def __init__(self, response: TestResponse, url: str) -> None:
        self.response, self.url = response, url
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        self.parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.root: Element = self.parser.parse(self.html)

    def all(self, tag: str) -> list[Element]:
        return list(self.root.iter(tag))

    @property
    def heading(self) -> str:
        return text_of(self.all("h1")[0])

    @property
    def text(self) -> str:
        """Everything that can be read in the main part."""
        mains = self.all("main")
        return text_of(mains[0] if mains else self.root)

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def links(self) -> dict[str, str]:
        """Words of each link and where it goes."""
        return {text_of(link): link.get("href", "") for link in self.all("a")}

    def form_with(self, *names: str) -> Element:
        """The first form that has all these fields."""
        for form in self.all("form"):
            have = {field.get("name") for tag in ("input", "select", "textarea", "button") for field in form.iter(tag)}
            if set(names) <= have:
                return form
        raise AssertionError(f"no form on {self.url} has {names}; page says: {self.text[:400]}")


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def values_of(form: Element) -> MultiDict[str, Any]:
    """What a browser would send for this form as it stands, buttons aside."""
    values: MultiDict[str, Any] = MultiDict()
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if not name or field.get("disabled") is not None:
            continue
        if field.tag == "textarea":
            values.add(name, "".join(field.itertext()).removeprefix("\n"))
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            for option in chosen:
                values.add(name, option.get("value", text_of(option)))
        elif field.tag == "input" and kind in {"checkbox", "radio"}:
            if field.get("checked") is not None:
                values.add(name, field.get("value", "on"))
        elif field.tag == "input" and kind not in {"submit", "button", "image", "file"}:
            values.add(name, field.get("value", ""))
    return values


def faults_of(sheet: Sheet) -> list[str]:
    """What is wrong with a page, in words; each rule stands once, here."""
    found = [f"HTML: {code} {where}" for where, code, _details in sheet.parser.errors if code not in ALLOWED_FAULTS]
    headings = sheet.all("h1")
    titles = sheet.all("title")
    if len(headings) != 1:
        found.append(f"{len(headings)} h1 elements")
    elif not text_of(titles[0]).startswith(text_of(headings[0])):
        found.append(f"title {text_of(titles[0])!r} does not begin with h1 {text_of(headings[0])!r}")
    if not sheet.root.get("lang", "").startswith("nl"):
        found.append("no language on <html>")
    ids = [element.get("id") for element in sheet.root.iter() if element.get("id")]
    found += [
        f"id {name!r} stands {ids.count(name)} times" for name in sorted({i for i in ids if ids.count(i) > 1} - {None})
    ]  # type: ignore[type-var]
    found += _unlabelled(sheet, set(ids))
    for element in sheet.root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.get("style") is not None or element.tag == "style":
            found.append(f"inline style on <{element.tag}>")
        found += [f"inline handler {name}" for name in element.attrib if re.fullmatch(r"on[a-z]+", name)]
        if element.tag == "script" and not element.get("nonce"):
            found.append("script without nonce")
        if element.tag == "img" and element.get("alt") is None:
            found.append("img without alt")
        for name in ("src", "href", "action", "poster", "data"):
            address = element.get(name, "")
            if urlsplit(address).netloc and (element.tag != "a" or name != "href"):
                found.append(f"foreign origin in <{element.tag} {name}>: {address}")
            if address.lower().startswith("javascript:"):
                found.append("javascript: address")
    for form in sheet.all("form"):
        names = {field.get("name") for field in form.iter("input")}
        if form.get("method", "get").lower() == "post" and not {"csrf_token", "_once"} <= names:
            found.append(f"form to {form.get('action')!r} lacks csrf_token or _once")
    for table in sheet.all("table"):
        if not any(True for _cell in table.iter("th")):
            found.append("table without header cells")
    if re.search(r"\{\{|\}\}|\{%|%\(\w+\)s|>None<|<built-in|Undefined", sheet.html):
        found.append("a hole in the template shows")
    return found


def _unlabelled(sheet: Sheet, ids: set[str | None]) -> list[str]:
    labelled = {label.get("for") for label in sheet.all("label")}
    inside = {id(field) for label in sheet.all("label") for field in label.iter()}
    found = []
    for tag in ("input", "select", "textarea"):
        for field in sheet.all(tag):
            if tag == "input" and field.get("type", "text") in VOID_OF_LABELS:
                continue
            if not (
                field.get("id") in labelled
                or id(field) in inside
                or field.get("aria-label")
                or field.get("aria-labelledby")
            ):
                found.append(f"field {field.get('name')!r} has no label")
            for reference in (field.get("aria-describedby") or "").split():
                if reference not in ids:
                    found.append(f"field {field.get('name')!r} is described by missing {reference!r}")
    return found


class Pages:
    """Opens pages as one visitor and refuses to accept a bad one."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app, self.db = app, db
        self.client: FlaskClient = app.test_client()

    def as_(self, account: Account | None, *, fresh: bool = True, second_factor: bool | None = None) -> "Pages":
        """The same platform seen by somebody else, in a browser of their own."""
        other = Pages(self.app, self.db)
        if account is not None:
            token = secrets.token_urlsafe(32)
            now = NOON if fresh else NOON - timedelta(hours=1)
            with_factor = bool(account.grants) if second_factor is None else second_factor
            self.db.add(
                SignInSession(
                    token_hash=hash_of(token), account_id=account.id, epoch=account.epoch, device="Test",
                    created_at=now, fresh_at=now, expires_at=NOON + timedelta(days=1),
                    second_factor_at=now if with_factor else None,
                )
            )  # fmt: skip
            self.db.commit()
            other.client.set_cookie("spreekt", token)
        return other

    def get(self, url: str, *, status: int = 200) -> Sheet:
        """Open a page and look at it well."""
        return self._look(self.client.get(url), url, status)

    def raw(self, url: str, **options: Any) -> TestResponse:
        """Anything that is not a page: a file, a feed, a redirect."""
        return self.client.get(url, **options)

    def send(
        self,
        url: str,
        *,
        status: int = 303,
        press: str | None = None,
        having: tuple[str, ...] = (),
        without: tuple[str, ...] = (),
        **fields: Any,
    ) -> Sheet:
        """Open a page, fill in the form that has these fields, press its button (`press` is name=value), and look.

        `having` are fields that tell which form is meant and stay as they are.

        A 303 is followed and the page after it is returned; any other expected status is that of the answer itself.
        """
        self.db.expire_all()
        sheet = self._look(self.client.get(url), url, 200)
        pressed = dict([press.split("=", 1)]) if press else {}
        form = sheet.form_with(*fields, *pressed, *having)
        values = values_of(form)
        for name, value in {**fields, **pressed}.items():
            values.setlist(name, value if isinstance(value, list) else [value])
        for name in without:
            values.poplist(name)
        answer = self.client.post(form.get("action") or url, data=values)
        self.db.expire_all()
        if status == 303:
            assert answer.status_code == 303, f"{answer.status_code}: {Sheet(answer, url).text[:600]}"
            target = answer.headers["Location"]
            return self._look(self.client.get(target), target, 200)
        return self._look(answer, url, status)

    def _look(self, response: TestResponse, url: str, status: int) -> Sheet:
        assert response.status_code == status, (
            f"{url} answered {response.status_code} {response.headers.get('Location', '')}: "
            f"{Sheet(response, url).text[:600]}"
        )
        sheet = Sheet(response, url)
        assert not faults_of(sheet), f"{url}: {faults_of(sheet)}"
        policy = response.headers["Content-Security-Policy"]
        for script in sheet.all("script"):
            assert f"'nonce-{script.get('nonce')}'" in policy, f"{url}: a script's nonce is not the page's"
        return sheet

"""Forms: what counts as filled in, and that every fault says what to do."""

from flask import Flask
from wtforms import StringField

from spreekt.web.forms import Form, filled


class Letter(Form):
    words = StringField("Woorden", filled("Schrijf iets."))


def test_spaces_are_nothing_and_words_are_something(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    said = {}
    for typed in ("", "   ", "dag"):
        with app.test_request_context("/", method="POST", data={"words": typed}):
            form = Letter()
            form.validate()
            said[typed] = list(form.words.errors)

    assert said == {"": ["Schrijf iets."], "   ": ["Schrijf iets."], "dag": []}

"""A mail from its two templates, templates/mail/<name>.txt and .html. Who gets it, and when, is decided elsewhere."""

import re
from typing import Any

from flask import current_app

from spreekt.notices.mail import Mail
from spreekt.web.context import city, settings


def public_url(path: str) -> str:
    """The address of a page as it stands in a mail. `path` begins with a slash."""
    return settings().PUBLIC_URL.rstrip("/") + path


def written(
    template: str, *, to: str, name: str, subject: str, key: str, unsubscribe_url: str = "", **values: Any
) -> Mail:
    """One mail. The layout greets `name`, and makes one link of `url` (absolute) with the words `action` when given.

    `key` names the mail: the same key is the same mail, however often it is sent.
    """
    words = {
        "name": name, "subject": subject, "unsubscribe_url": unsubscribe_url, "city": city(),
        "home_url": public_url("/"), **values,
    }  # fmt: skip
    # Rendered by the environment itself: what surrounds a page (menu, reader) asks for a request, a mail has none.
    text = current_app.jinja_env.get_template(f"mail/{template}.txt").render(words)
    return Mail(
        to=to,
        subject=subject,
        text=re.sub(r"\s*\n\s*\n\s*", "\n\n", text.strip()) + "\n",
        html=current_app.jinja_env.get_template(f"mail/{template}.html").render(words),
        key=key,
        unsubscribe_url=unsubscribe_url,
    )

"""Every setting there is, with its type and default. Each is set by an environment variable SPREEKT_<NAME>."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent


class SettingsError(ValueError):
    """A setting is missing or cannot be read; the message says which one and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation runs."""

    DATABASE_URL: str = f"sqlite:///{ROOT / 'instance' / 'spreekt.sqlite3'}"
    REDIS_URL: str = ""
    """Empty: the server process delivers mail and notices itself."""
    SECRET_KEY: str = field(default="", repr=False)
    """Signs forms and links. At least 32 characters; the demo makes its own."""
    IDENTITY_KEY: str = field(default="", repr=False)
    """Key over national numbers and addresses: the value itself or the path of a file. Never in the database."""
    SMTP_URL: str = ""
    """smtp://user:password@host:port or smtps://…; empty: .eml files in INSTANCE/outbox."""
    MAIL_FROM: str = "Kortrijk Spreekt <spreekt@kortrijk.example>"
    PUBLIC_URL: str = "http://127.0.0.1:8000"
    """Where residents find the platform; links in mails start with it."""
    ALLOWED_HOSTS: str = "127.0.0.1,localhost"
    """Comma-separated names that requests may ask for."""
    PROXY_HOPS: int = 0
    """How many reverse proxies in front are believed for the address of a visitor."""
    INSTANCE: str = str(ROOT / "instance")
    UPLOADS: str = ""
    """Folder for pictures; empty: INSTANCE/uploads."""
    CITY_FILE: str = str(ROOT / "city.toml")
    DEMO: bool = False
    DEMO_NOW: str = ""
    """Demo only: the moment (ISO, with zone) that DEMO_BUILT_AT counts as, so that the city's story stays current."""
    DEMO_BUILT_AT: str = ""
    PUBLIC_CACHE_SECONDS: int = 10
    """How long a page without a visitor's cookie may be reused. 0 switches it off."""
    TRUSTEE_POLL_MS: int = 4000
    """How often the page of a trustee asks how far the others are, in milliseconds."""
    MAX_BODY_BYTES: int = 12_000_000
    METRICS_PORT: int = 0
    """Private port on 127.0.0.1 for /metrics; 0: none."""
    LOG_LEVEL: str = "INFO"

    @property
    def is_sqlite(self) -> bool:
        return self.DATABASE_URL.startswith("sqlite")

    @property
    def has_tls(self) -> bool:
        return self.PUBLIC_URL.startswith("https://")

    @property
    def uploads(self) -> Path:
        return Path(self.UPLOADS) if self.UPLOADS else Path(self.INSTANCE) / "uploads"

    @property
    def identity_key(self) -> bytes:
        """The bytes of IDENTITY_KEY, read from its file when it names one."""
        value = self.IDENTITY_KEY
        if value and len(value) < 4096 and "/" in value and Path(value).is_file():
            try:
                value = Path(value).read_text(encoding="ascii").strip()
            except (OSError, UnicodeDecodeError):
                return b""
        return value.encode()

    def faults(self) -> list[str]:
        """What makes this configuration unsafe or useless, in plain words; empty when it is fit to serve."""
        found = []
        if _is_weak(self.SECRET_KEY.encode()):
            found.append("SPREEKT_SECRET_KEY must hold at least 32 random characters.")
        if _is_weak(self.identity_key):
            found.append("SPREEKT_IDENTITY_KEY must hold, or name a file that holds, at least 32 random characters.")
        if self.SECRET_KEY and self.SECRET_KEY.encode() == self.identity_key:
            found.append("SPREEKT_SECRET_KEY and SPREEKT_IDENTITY_KEY must differ.")
        if not self.DEMO and not self.has_tls:
            found.append("SPREEKT_PUBLIC_URL must start with https:// outside the demo.")
        if not self.DEMO and self.DEMO_NOW:
            found.append("SPREEKT_DEMO_NOW belongs to the demo only.")
        if self.METRICS_PORT > 65_535:
            found.append("SPREEKT_METRICS_PORT must be a port, or 0 for none.")
        if self.TRUSTEE_POLL_MS < 100:
            found.append("SPREEKT_TRUSTEE_POLL_MS must be 100 or more: each trustee's page asks that often.")
        if self.SMTP_URL and not self.SMTP_URL.startswith(("smtp://", "smtps://")):
            found.append("SPREEKT_SMTP_URL must start with smtp:// or smtps://, or be empty.")
        if self.UPLOADS.startswith("s3:"):
            found.append("SPREEKT_UPLOADS must name a folder; object storage is not supported yet.")
        if not Path(self.CITY_FILE).is_file():
            found.append(f"SPREEKT_CITY_FILE names {self.CITY_FILE}, which is not there.")
        return found

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read SPREEKT_* variables; SettingsError names the variable that cannot be read."""
        values: dict[str, Any] = {}
        for setting in fields(cls):
            text = environment.get(f"SPREEKT_{setting.name}")
            if text is None:
                continue
            try:
                values[setting.name] = READERS[str(setting.type)](text)
            except ValueError as fault:
                raise SettingsError(f"SPREEKT_{setting.name}: {fault}") from None
        settings = cls(**values)
        for name in ("DEMO_NOW", "DEMO_BUILT_AT"):
            text = getattr(settings, name)
            try:
                naive = bool(text) and datetime.fromisoformat(text).tzinfo is None
            except ValueError:
                naive = True
            if naive:
                raise SettingsError(f"SPREEKT_{name}: write a moment with its zone, such as 2026-11-23T10:00+01:00")
        return settings


def _truth(text: str) -> bool:
    if text.lower() not in {"0", "1", "true", "false", "yes", "no", ""}:
        raise ValueError("write 1 or 0")
    return text.lower() in {"1", "true", "yes"}


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        raise ValueError("write a whole number")
    return int(text)


def _is_weak(key: bytes) -> bool:
    """Too short for a key, or so regular that somebody typed it."""
    return len(key) < 32 or len(set(key)) < 10


READERS: dict[str, Any] = {"str": str, "int": _whole, "bool": _truth}


def fresh_key() -> str:
    """A random key of 256 bits for a demo or a first installation."""
    return secrets.token_urlsafe(32)

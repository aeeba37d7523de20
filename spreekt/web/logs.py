"""Structured logs: one JSON line an event, no personal data, nothing that could break a line."""

import logging
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

REQUESTS = Counter("spreekt_requests_total", "Answers, by view and status", ["endpoint", "status"])
SECONDS = Histogram("spreekt_request_seconds", "Time to answer, by view", ["endpoint"])


def set_up(level: str = "INFO") -> None:
    """Send JSON lines to standard error; paths and ids only, no addresses, no form contents."""
    logging.basicConfig(stream=sys.stderr, level=level.upper(), format="%(message)s")
    logging.getLogger("werkzeug").setLevel("WARNING")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def init_app(app: Flask) -> None:
    """Count and time each request. The endpoint's name is logged, never its address or parameters."""
    log: Any = structlog.get_logger()

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, response.status_code).inc()
        SECONDS.labels(endpoint).observe(time.perf_counter() - g.get("started", time.perf_counter()))
        if response.status_code >= 500:
            log.error("answered", endpoint=endpoint, status=response.status_code)
        return response

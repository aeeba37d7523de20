"""Counters for whoever runs the platform, on a private port of this machine. What is counted stands in logs.py."""

from typing import Any

import structlog
from prometheus_client import start_http_server

PRIVATE_ADDRESS = "127.0.0.1"


def start(port: int) -> bool:
    """Serve the counters of this process to this machine only; 0: not at all. Gives whether it listens.

    A port that is taken (by the first of several server processes) is no reason to stop serving residents.
    """
    if not port:
        return False
    log: Any = structlog.get_logger()
    try:
        start_http_server(port, addr=PRIVATE_ADDRESS)
    except OSError as error:
        log.warning("metrics_not_served", port=port, error=type(error).__name__)
        return False
    return True

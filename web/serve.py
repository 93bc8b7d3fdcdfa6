"""The pages served over HTTP, for one machine or behind a proxy that ends TLS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waitress.server import create_server

from ics_flow.application import Application
from web.app import MOST_BYTES, create_app
from web.site import Site

LOOPBACK = "127.0.0.1"
THREADS = 8

MOST_TAKEN_IN = 32 * MOST_BYTES
"""What is longer is cut off as it comes; what is too long but shorter is taken in, so that the browser hears why it is refused."""


def serve(
    application: Application,
    site: Site,
    *,
    host: str = LOOPBACK,
    port: int = 8080,
    threads: int = THREADS,
    ready: Callable[[str], None],
) -> None:
    """Serve the pages until interrupted; `ready` is told the address once they can be reached."""
    server = listening(application, site, host=host, port=port, threads=threads)
    ready(f"{'https' if site.secure else 'http'}://{host}:{server.effective_port}/")
    try:
        server.run()
    finally:
        server.close()


def listening(
    application: Application, site: Site, *, host: str = LOOPBACK, port: int = 0, threads: int = THREADS
) -> Any:
    """A server that listens, to be run."""
    return create_server(
        create_app(application, site),
        host=host,
        port=port,
        threads=threads,
        ident="",
        max_request_body_size=MOST_TAKEN_IN,
        trusted_proxy="127.0.0.1" if site.secure else None,
        trusted_proxy_headers="x-forwarded-for x-forwarded-proto" if site.secure else "",
        clear_untrusted_proxy_headers=True,
    )

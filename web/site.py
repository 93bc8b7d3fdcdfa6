"""What an installation settles about its pages: whose they are, where they are served, and whether it is a demonstration."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A council's pages; `hosts` are the names they answer to, and `secure` says that browsers reach them by https."""

    council: str = "Borough of Exampleton"
    service: str = "ICS Flow"
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    secure: bool = False
    demonstration: bool = False

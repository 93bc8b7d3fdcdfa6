"""What every answer of the server carries, and where a request may come from.

Here: the headers, and the proofs that a request was sent from one of our own pages. Not here: who the person is (`visits.py`)
and what that person may do (the application).
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import Request, Response

# The one inline script, from the GOV.UK page template: it tells the stylesheet that scripts run. A test compares the hash.
INLINE_SCRIPT = "sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw="

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' '{INLINE_SCRIPT}'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
EDITOR_POLICY = CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""For the pages with an editor of diagrams or forms alone: the editors set styles on what they draw."""
READS_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})


def protect(response: Response, *, secure: bool) -> Response:
    """The response with the headers that every page, file and error carries."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def form_token(visit_token: str) -> str:
    """The token that a form must carry: only a page made for this browser's cookie can know it."""
    return hmac.new(visit_token.encode(), b"form", hashlib.sha256).hexdigest()


def form_token_holds(visit_token: str, offered: str) -> bool:
    """Whether the token that came with a form belongs to the cookie that came with it."""
    return bool(visit_token) and hmac.compare_digest(form_token(visit_token).encode(), offered.encode())


def sent_from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site made it send this request."""
    if request.method in READS_ONLY:
        return False
    # Pages with no-referrer send the origin `null`: then the fetch metadata and the form token decide.
    origin = request.headers.get("Origin", "null")
    if origin != "null" and urlsplit(origin).netloc != request.host:
        return True
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")

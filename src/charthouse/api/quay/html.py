"""Pages for people in front of a browser: plain HTML that loads nothing and can be put in no frame.

The style, and the one script there is, are named by their hashes in the Content-Security-Policy, so nothing that
is smuggled into a page would run.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from charthouse.model.errors import Denied, RegistryError, Unauthorized
from charthouse.services.identity.csrf import CsrfRefused

from .errors import headers_of

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0;background:#f4f6f8;color:#17202a}"
    "main{max-width:34rem;margin:8vh auto;padding:2rem;background:#fff;border-radius:.5rem;"
    "box-shadow:0 1px 4px #0003;overflow-wrap:anywhere}h1{font-size:1.4rem}h2{font-size:1.1rem}"
    "button{font:inherit;padding:.5rem 1.2rem;border:1px solid #1b6ca8;border-radius:.3rem;background:#1b6ca8;"
    "color:#fff}button.quiet{background:#fff;color:#1b6ca8}.danger{color:#922b21}.told{white-space:pre-line}"
    "output{font-family:ui-monospace,monospace}"
)
LANDING_SCRIPT = (
    "const f=new URLSearchParams(location.hash.slice(1));const t=f.get('access_token');"
    "if(t){document.getElementById('token').textContent=t;"
    "document.getElementById('told').textContent='Copy it now.';}"
    "else if(f.get('error')){document.getElementById('told').textContent='There is none: access was denied.';}"
    "history.replaceState(null,'',location.pathname);"
)
"""Shows the token and takes it out of the address, where history would keep it."""


_NOWHERE = "'none'"


def _source(text: str) -> str:
    """Return how a policy names an inline style or script (CSP level 3)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class Html:
    """Renders pages from the templates of this package; whatever is put into one is escaped."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader("charthouse.api.quay"), autoescape=True, undefined=StrictUndefined
        )

    def page(
        self,
        template: str,
        values: dict[str, Any],
        *,
        status: int = 200,
        form_action: str = _NOWHERE,
        script: str = "",
    ) -> HTMLResponse:
        """Return a page. ``form_action``: where its form may lead; ``script``: the only one that runs."""
        text = self._templates.get_template(template).render(values | {"style": _STYLE, "script": script})
        policy = [
            "default-src 'none'",
            f"style-src {_source(_STYLE)}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            f"form-action {form_action}",
        ]
        if script:
            policy.append(f"script-src {_source(script)}")
        headers = {
            "Content-Security-Policy": "; ".join(policy),
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            # Not no-referrer: browsers then send a form with ``Origin: null``, as another site's page would.
            "Referrer-Policy": "same-origin" if form_action != _NOWHERE else "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        return HTMLResponse(text, status, headers)

    def message(
        self, title: str, message: str, status: int = 200, *, link: str = "", link_text: str = "Go on"
    ) -> HTMLResponse:
        """Return a page that tells one thing, and leads on by a link of ours."""
        values = {"title": title, "message": message, "link": link, "link_text": link_text}
        return self.page("message.html", values, status=status)


def refusal_page(html: Html, error: RegistryError, sign_in: str) -> HTMLResponse:
    """Return the page that tells of a refusal; ``sign_in`` is where to sign in."""
    match error:
        case Unauthorized():
            told = "This is for people who are signed in."
            answer = html.message("Sign in first", told, 401, link=sign_in, link_text="Sign in")
        case CsrfRefused():
            answer = html.message(
                "Not from here", "This form was not sent from a page of this registry.", 403
            )
        case Denied():
            answer = html.message("Not allowed", "You may not do this.", 403)
        case _:
            answer = html.message("This does not work", error.message, error.status)
    answer.headers.update(headers_of(error))
    return answer

"""What stands between browsers and the REST API: sessions, cookies, CSRF tokens."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from charthouse.services.identity.csrf import CsrfTokens
from charthouse.services.identity.sessions import Sessions

if TYPE_CHECKING:
    from charthouse.api.kit.cookies import CookiePolicy
    from charthouse.config.settings import Settings

    from .registry import Registry


def sessions_of(registry: Registry) -> Sessions:
    """Return what opens and finds sessions."""
    sessions = registry.settings.sessions
    return Sessions(
        registry.metadata.sessions,
        registry.metadata.accounts,
        registry.logins,
        registry.clock,
        timeout=sessions.timeout,
        fresh=sessions.fresh_login,
    )


def csrf_tokens(secret: bytes) -> CsrfTokens:
    """Return what makes CSRF tokens, by a key of their own."""
    return CsrfTokens(hmac.digest(secret, b"csrf", hashlib.sha256))


def cookie_policy(settings: Settings) -> CookiePolicy:
    """Return how the session's cookie is written."""
    from charthouse.api.kit.cookies import CookiePolicy

    sessions = settings.sessions
    return CookiePolicy(
        timeout=sessions.timeout,
        permanent=sessions.permanent,
        secure=sessions.cookie_secure,
        never_secure=sessions.cookie_never_secure,
        same_site=sessions.cookie_same_site,
    )

"""Quay's REST API over a registry: every handler with the services that it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charthouse.api.kit.front import PublicAddress
from charthouse.api.kit.router import Mounted
from charthouse.services.people.removal import Removal
from charthouse.telemetry.logs import FailureLog

from .browsers import cookie_policy
from .charts_api import chart_handlers
from .oauth_api import oauth_handlers
from .operation import operation_features, operation_handlers
from .people import people_features, people_handlers
from .registry import Registry

if TYPE_CHECKING:
    from charthouse.api.quay.endpoints import Handlers


def quay(registry: Registry, address: PublicAddress, failures: FailureLog) -> Mounted:
    """Return the API. Its framework is imported here: the first answers of /v2 do without it."""
    from charthouse.api.kit.browsers import Browsers
    from charthouse.api.kit.cookies import Cookies
    from charthouse.api.quay.app import quay_app
    from charthouse.api.quay.app_tokens import AppTokenHandlers
    from charthouse.api.quay.chart_policies import ChartPolicyHandlers
    from charthouse.api.quay.cors import Cors
    from charthouse.api.quay.direct import DirectLogins
    from charthouse.api.quay.federation import FederationHandlers
    from charthouse.api.quay.guard import Guard
    from charthouse.api.quay.immutability import ImmutabilityHandlers
    from charthouse.api.quay.initialize import InitializeHandlers
    from charthouse.api.quay.keyrings import KeyringHandlers
    from charthouse.api.quay.manifests import ManifestHandlers
    from charthouse.api.quay.paging import Pages
    from charthouse.api.quay.permissions import PermissionHandlers
    from charthouse.api.quay.repositories import RepositoryHandlers
    from charthouse.api.quay.robots import RobotHandlers
    from charthouse.api.quay.sessions import SessionHandlers
    from charthouse.api.quay.signin import Doorkeeper, SignInHandlers
    from charthouse.api.quay.stars import StarHandlers
    from charthouse.api.quay.tags import TagHandlers
    from charthouse.api.quay.users import UserHandlers

    settings = registry.settings
    pages = Pages(registry.page_key())
    cookies = Cookies(cookie_policy(settings))
    door = Doorkeeper(registry.sessions, cookies, registry.csrf)
    first_user = InitializeHandlers(registry.users, settings.set_up_token, door)
    handlers: tuple[Handlers, ...] = (
        first_user,
        UserHandlers(
            registry.users,
            registry.own_account,
            registry.sign_up,
            Removal(registry.metadata.namespaces, registry.uploads),
            door,
            settings.tags.default_expiration,
        ),
        SignInHandlers(door),
        SessionHandlers(registry.sessions),
        AppTokenHandlers(registry.app_tokens),
        RepositoryHandlers(
            registry.gate, registry.administration, registry.listings, pages, settings.tags.default_expiration
        ),
        PermissionHandlers(registry.sharing),
        StarHandlers(registry.gate, registry.listings, pages),
        TagHandlers(registry.tags, registry.pull_statistics),
        ManifestHandlers(registry.manifest_views, registry.labels, registry.pull_statistics),
        ImmutabilityHandlers(registry.immutability),
        ChartPolicyHandlers(registry.chart_policies),
        KeyringHandlers(registry.keyrings),
        RobotHandlers(registry.robots),
        FederationHandlers(registry.federation, failures),
        *chart_handlers(registry),
        *people_handlers(registry),
        *oauth_handlers(registry, pages, door),
        *operation_handlers(registry, address, pages),
    )
    endpoints = {operation: handle for h in handlers for operation, handle in h.endpoints().items()}
    features = {
        "FEATURE_USER_INITIALIZE": settings.user_initialize,
        "FEATURE_USER_CREATION": settings.people.creation and settings.people.direct_login,
        "FEATURE_DIRECT_LOGIN": settings.people.direct_login,
        "FEATURE_APP_SPECIFIC_TOKENS": settings.tokens.app_specific,
        "FEATURE_ASSIGN_OAUTH_TOKEN": settings.tokens.oauth_assignment,
        "FEATURE_IMMUTABLE_TAGS": settings.tags.immutable,
        "PERMANENTLY_DELETE_TAGS": settings.tags.permanent_delete,
        "FEATURE_IMAGE_PULL_STATS": settings.repositories.pull_statistics,
    }
    features |= people_features(registry) | operation_features(registry)
    guard = Guard(
        registry.callers,
        registry.gate,
        first_user.admit,
        address,
        cookies,
        Browsers(registry.csrf, xhr_only=settings.sessions.xhr_only),
        DirectLogins(registry.logins, registry.standings, frozenset(settings.tokens.oauth_direct_clients)),
        anonymous=settings.anonymous_access,
        standstill=registry.standstill,
    )
    cors = Cors(settings.sessions.cors_origins)
    templates = {"oauth.landing": settings.tokens.oauth_local_handler}
    application = quay_app(endpoints, features, guard, cors, address, failures, templates)
    return Mounted(application, "quay.unknown")

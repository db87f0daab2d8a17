"""What the registry tells of itself: what it can do, and what its errors mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from charthouse.api.kit.front import PublicAddress
from charthouse.model.errors import NotFound

from .endpoints import Endpoints

ERROR_TYPES: Mapping[str, str] = {
    "downstream_issue": "Something that the registry asked for this answer has failed.",
    "exceeds_license": "What is allowed to this account is used up.",
    "expired_token": "The access token was valid once; ask for another.",
    "external_service_timeout": "Something that the registry asked for this answer took too long.",
    "fresh_login_required": "The session is too old for this: give the password again.",
    "insufficient_scope": "The caller is known, and may not do this: the account lacks the right or the token the scope.",
    "invalid_request": "Something in the request is wrong, or the state of the registry forbids it.",
    "invalid_response": "The registry made an answer that is not what it should be.",
    "invalid_token": "There is no credential, or it is not valid.",
    "not_found": "There is nothing of this name, or the caller may not know of it.",
    "tag_immutable": "The tag may not be moved, changed or deleted.",
    "token_rotation_failed": "The token could not be replaced.",
}
"""What each type of Quay's error object means."""


class ErrorTypeView(BaseModel):
    """What a type of error means."""

    type: str
    title: str
    description: str


class SparseManifestsView(BaseModel):
    """Whether an index may name manifests that the repository lacks."""

    supported: bool
    required_architectures: list[str] = []
    optional_architectures_allowed: bool


class CapabilitiesView(BaseModel):
    """What this registry can do."""

    sparse_manifests: SparseManifestsView
    mirror_architectures: list[str] = []


class AboutHandlers:
    """Tells of the registry. ``sparse``: an index may name what is not there.

    ``settings`` makes what everybody may read of the configuration.
    """

    def __init__(
        self, address: PublicAddress, settings: Callable[[], dict[str, Any]], *, sparse: bool
    ) -> None:
        self._address = address
        self._settings = settings
        self._sparse = sparse

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.get_error_type": self.get_error_type,
            "quay.get_capabilities": self.get_capabilities,
            "quay.get_public_settings": self.get_public_settings,
            "quay.get_app_capabilities": self.get_app_capabilities,
        }

    async def get_error_type(self, request: Request, error_type: str) -> ErrorTypeView:
        """Answer GET error/{error_type}."""
        meaning = ERROR_TYPES.get(error_type)
        if meaning is None:
            raise NotFound("there is no such type of error")
        public = self._address.request(request.scope, request.receive)
        where = f"{public.scheme}://{public.host}/api/v1/error/{error_type}"
        return ErrorTypeView(type=where, title=error_type, description=meaning)

    async def get_capabilities(self) -> CapabilitiesView:
        """Answer GET registry/capabilities."""
        sparse = SparseManifestsView(supported=self._sparse, optional_architectures_allowed=self._sparse)
        return CapabilitiesView(sparse_manifests=sparse)

    async def get_public_settings(self) -> dict[str, Any]:
        """Answer GET /config: what a console or a client may know of the configuration."""
        return self._settings()

    async def get_app_capabilities(self, request: Request) -> dict[str, Any]:
        """Answer GET /.well-known/app-capabilities: where to look at an image."""
        public = self._address.request(request.scope, request.receive)
        place = f"{public.scheme}://{public.host}/repository/{{namespace}}/{{reponame}}/tag/{{tag}}"
        return {"appName": "io.quay", "capabilities": {"io.quay.view-image": {"url-template": place}}}

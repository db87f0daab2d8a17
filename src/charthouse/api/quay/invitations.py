"""Invitations as the invited user meets them: among the notifications, and by their codes."""

from __future__ import annotations

from typing import Any

from fastapi import Query, Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.services.access.permits import AccountPermit
from charthouse.services.people.invitations import Invitations, Notice

from .dates import rfc2822
from .endpoints import Endpoints
from .guard import permit_of

_KIND = "org_team_invite"
_PAGE = 5


class NotificationBody(BaseModel):
    """What can be changed."""

    dismissed: bool = False


class NotificationAnswer(TypedDict):
    """Something the user should know of."""

    id: str
    organization: str | None
    kind: str
    created: str
    metadata: dict[str, Any]
    dismissed: bool


class NotificationsAnswer(TypedDict):
    """A page of them; ``additional``: there are more."""

    notifications: list[NotificationAnswer]
    additional: bool


class JoinedAnswer(TypedDict):
    """The team that was joined."""

    org: str
    team: str


class InvitationHandlers:
    """Answers for the caller."""

    def __init__(self, invitations: Invitations) -> None:
        self._invitations = invitations

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.get_notifications": self.get_notifications,
            "quay.get_notification": self.get_notification,
            "quay.change_notification": self.change_notification,
            "quay.accept_team_invite": self.accept,
            "quay.decline_team_invite": self.decline,
        }

    async def get_notifications(
        self,
        request: Request,
        page: int = Query(0, ge=0, le=10_000),
        limit: int = Query(_PAGE, ge=1, le=100),
    ) -> NotificationsAnswer:
        """Answer GET user/notifications: those not put aside, the newest first."""
        found = await self._invitations.notices(permit_of(request, AccountPermit))
        open_ones = [notice for notice in found if not notice.invite.dismissed]
        start = page * limit
        return {
            "notifications": [_shown(notice) for notice in open_ones[start : start + limit]],
            "additional": len(open_ones) > start + limit,
        }

    async def get_notification(self, request: Request, uuid: str) -> NotificationAnswer:
        """Answer GET user/notifications/{uuid}."""
        return _shown(await self._invitations.notice(permit_of(request, AccountPermit), uuid))

    async def change_notification(
        self, request: Request, uuid: str, body: NotificationBody
    ) -> NotificationAnswer:
        """Answer PUT user/notifications/{uuid}."""
        permit = permit_of(request, AccountPermit)
        return _shown(await self._invitations.dismiss(permit, uuid, body.dismissed))

    async def accept(self, request: Request, code: str) -> JoinedAnswer:
        """Answer PUT teaminvite/{code}."""
        invite = await self._invitations.accept(permit_of(request, AccountPermit), code)
        return {"org": invite.organization, "team": invite.team.name}

    async def decline(self, request: Request, code: str) -> None:
        """Answer DELETE teaminvite/{code}."""
        await self._invitations.decline(permit_of(request, AccountPermit), code)


def _shown(notice: Notice) -> NotificationAnswer:
    invite = notice.invite
    return {
        "id": notice.notice_id,
        "organization": None,
        "kind": _KIND,
        "created": rfc2822(invite.created_ms),
        "metadata": {
            "code": notice.code,
            "inviter": invite.inviter,
            "org": invite.organization,
            "team": invite.team.name,
        },
        "dismissed": invite.dismissed,
    }

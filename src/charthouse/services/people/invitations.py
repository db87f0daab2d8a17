"""Invitations to teams: who is invited must accept. A code, or being signed in as the invited user, proves it.

Source: Quay 3.7. There, a signed-in user who has somebody else's code is told whom it is for; here the
invitation is then as good as missing.
"""

from __future__ import annotations

import uuid

import msgspec

from charthouse.model.errors import NotFound
from charthouse.ports.accounts import Account
from charthouse.ports.clock import Clock
from charthouse.ports.invites import Invite, Invites, NewInvite
from charthouse.ports.teams import Team
from charthouse.services.access.permits import AccountPermit, NamespacePermit
from charthouse.services.identity.opaque import hash_of, random_secret
from charthouse.services.identity.users import check_email
from charthouse.services.identity.vault import Vault

CODE_LENGTH = 40


class Notice(msgspec.Struct, frozen=True):
    """An invitation as the invited user finds it among the notifications; ``code`` accepts it."""

    notice_id: str
    invite: Invite
    code: str


class Invitations:
    """Invites, and lets people answer."""

    def __init__(self, invites: Invites, vault: Vault, clock: Clock, *, required: bool) -> None:
        """With ``required`` nobody new becomes a member without accepting."""
        self._invites = invites
        self._vault = vault
        self._clock = clock
        self.required = required

    async def invite(
        self, permit: NamespacePermit, team: Team, *, account: Account | None = None, email: str | None = None
    ) -> None:
        """Invite a user or an address; no change when the team has done so. Raises InvalidRequest (address)."""
        if email is not None:
            check_email(email)
        code = random_secret(CODE_LENGTH)
        code_hash = hash_of(code)
        new = NewInvite(
            code_hash=code_hash,
            sealed_code=self._vault.seal(code, _owner(code_hash)),
            team_id=team.team_id,
            account_id=None if account is None else account.account_id,
            email=email,
            inviter_id=permit.actor.account_id,
            created_ms=self._clock.now_ms(),
        )
        await self._invites.add(new)

    async def pending(self, team: Team) -> list[Invite]:
        """Return who is invited to a team."""
        return await self._invites.of_team(team.team_id)

    async def withdraw(self, team: Team, *, account: Account | None = None, email: str | None = None) -> bool:
        """Take an invitation back; False when there is none."""
        account_id = None if account is None else account.account_id
        return await self._invites.withdraw(team.team_id, account_id, email)

    async def accept(self, permit: AccountPermit, code: str) -> Invite:
        """Join the team that the code is for; raises NotFound."""
        invite = await self._for(permit, code)
        if not await self._invites.accept(invite.code_hash, permit.account.account_id):
            raise _no_invitation()
        return invite

    async def decline(self, permit: AccountPermit, code: str) -> None:
        """Refuse an invitation; raises NotFound."""
        invite = await self._for(permit, code)
        await self._invites.remove(invite.code_hash)

    async def notices(self, permit: AccountPermit) -> list[Notice]:
        """Return the invitations of the caller, the newest first."""
        found = await self._invites.of_account(permit.account.account_id)
        return [self._notice(invite) for invite in found]

    async def notice(self, permit: AccountPermit, notice_id: str) -> Notice:
        """Return one of them; raises NotFound."""
        for notice in await self.notices(permit):
            if notice.notice_id == notice_id:
                return notice
        raise NotFound("there is no such notification")

    async def dismiss(self, permit: AccountPermit, notice_id: str, dismissed: bool) -> Notice:
        """Put a notice aside, or bring it back: the invitation stands. Raises NotFound."""
        notice = await self.notice(permit, notice_id)
        await self._invites.dismiss(notice.invite.code_hash, dismissed)
        return msgspec.structs.replace(
            notice, invite=msgspec.structs.replace(notice.invite, dismissed=dismissed)
        )

    async def _for(self, permit: AccountPermit, code: str) -> Invite:
        invite = await self._invites.by_code(hash_of(code))
        if invite is None or (
            invite.account is not None and invite.account.account_id != permit.account.account_id
        ):
            raise _no_invitation()
        return invite

    def _notice(self, invite: Invite) -> Notice:
        code = self._vault.open(invite.sealed_code, _owner(invite.code_hash))
        return Notice(str(uuid.UUID(hex=invite.code_hash[:32])), invite, code)


def _owner(code_hash: str) -> str:
    return f"invite:{code_hash}"


def _no_invitation() -> NotFound:
    return NotFound("there is no such invitation, or it is another user's")

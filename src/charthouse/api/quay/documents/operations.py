"""Quay's own names of the operations that its Swagger document lists.

Clients are generated from that document: methods are called by these names, and arguments by those of the
parameters. Source: the document of Quay 3.12, as the SDK made from it has it; for superusers, who have no part in
that SDK, Quay 3.7.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

import msgspec

_BASE = "/api/v1"
_PARAMETER = re.compile(r"{[^}]*}")

# One operation a line: method, address, name; "open" when Quay asks no scope of a token for it.
_AREAS: Mapping[str, str] = {
    "discovery": """
        GET /discovery discovery open
    """,
    "error": """
        GET /error/{error_type} getErrorDescription open
    """,
    "globalmessages": """
        GET /messages getGlobalMessages open
        POST /messages createGlobalMessage
        DELETE /message/{uuid} deleteGlobalMessage
    """,
    "manifest": """
        GET /repository/{repository}/manifest/{manifestref} getRepoManifest
        GET /repository/{repository}/manifest/{manifestref}/labels listManifestLabels
        POST /repository/{repository}/manifest/{manifestref}/labels addManifestLabel
        DELETE /repository/{repository}/manifest/{manifestref}/labels/{labelid} deleteManifestLabel
        GET /repository/{repository}/manifest/{manifestref}/labels/{labelid} getManifestLabel
    """,
    "organization": """
        GET /app/{client_id} getApplicationInformation open
        POST /organization/ createOrganization
        DELETE /organization/{orgname} deleteAdminedOrganization
        GET /organization/{orgname} getOrganization open
        PUT /organization/{orgname} changeOrganizationDetails
        GET /organization/{orgname}/applications getOrganizationApplications
        POST /organization/{orgname}/applications createOrganizationApplication
        DELETE /organization/{orgname}/applications/{client_id} deleteOrganizationApplication
        GET /organization/{orgname}/applications/{client_id} getOrganizationApplication
        PUT /organization/{orgname}/applications/{client_id} updateOrganizationApplication
        GET /organization/{orgname}/collaborators getOrganizationCollaborators
        GET /organization/{orgname}/members getOrganizationMembers
        DELETE /organization/{orgname}/members/{membername} removeOrganizationMember
        GET /organization/{orgname}/members/{membername} getOrganizationMember
    """,
    "permission": """
        GET /repository/{repository}/permissions/team/ listRepoTeamPermissions
        DELETE /repository/{repository}/permissions/team/{teamname} deleteTeamPermissions
        GET /repository/{repository}/permissions/team/{teamname} getTeamPermissions
        PUT /repository/{repository}/permissions/team/{teamname} changeTeamPermissions
        GET /repository/{repository}/permissions/user/ listRepoUserPermissions
        DELETE /repository/{repository}/permissions/user/{username} deleteUserPermissions
        GET /repository/{repository}/permissions/user/{username} getUserPermissions
        PUT /repository/{repository}/permissions/user/{username} changeUserPermissions
        GET /repository/{repository}/permissions/user/{username}/transitive getUserTransitivePermission
    """,
    "prototype": """
        GET /organization/{orgname}/prototypes getOrganizationPrototypePermissions
        POST /organization/{orgname}/prototypes createOrganizationPrototypePermission
        DELETE /organization/{orgname}/prototypes/{prototypeid} deleteOrganizationPrototypePermission
        PUT /organization/{orgname}/prototypes/{prototypeid} updateOrganizationPrototypePermission
    """,
    "repository": """
        GET /repository listRepos
        POST /repository createRepo
        DELETE /repository/{repository} deleteRepository
        GET /repository/{repository} getRepo
        PUT /repository/{repository} updateRepo
        POST /repository/{repository}/changevisibility changeRepoVisibility
    """,
    "robot": """
        GET /organization/{orgname}/robots getOrgRobots
        DELETE /organization/{orgname}/robots/{robot_shortname} deleteOrgRobot
        GET /organization/{orgname}/robots/{robot_shortname} getOrgRobot
        PUT /organization/{orgname}/robots/{robot_shortname} createOrgRobot
        GET /organization/{orgname}/robots/{robot_shortname}/permissions getOrgRobotPermissions
        POST /organization/{orgname}/robots/{robot_shortname}/regenerate regenerateOrgRobotToken
        GET /user/robots getUserRobots
        DELETE /user/robots/{robot_shortname} deleteUserRobot
        GET /user/robots/{robot_shortname} getUserRobot
        PUT /user/robots/{robot_shortname} createUserRobot
        GET /user/robots/{robot_shortname}/permissions getUserRobotPermissions
        POST /user/robots/{robot_shortname}/regenerate regenerateUserRobotToken
    """,
    "search": """
        GET /entities/{prefix} getMatchingEntities open
        GET /find/all conductSearch
        GET /find/repositories conductRepoSearch open
    """,
    "superuser": """
        POST /superuser/approvedkeys/{kid} approveServiceKey
        GET /superuser/keys listServiceKeys
        POST /superuser/keys createServiceKey
        DELETE /superuser/keys/{kid} deleteServiceKey
        GET /superuser/keys/{kid} getServiceKey
        PUT /superuser/keys/{kid} updateServiceKey
        GET /superuser/organizations/ listAllOrganizations
        DELETE /superuser/organizations/{name} deleteOrganization
        PUT /superuser/organizations/{name} changeOrganization
        POST /superuser/takeownership/{namespace} takeOwnership
        GET /superuser/users/ listAllUsers
        POST /superuser/users/ createInstallUser
        DELETE /superuser/users/{username} deleteInstallUser
        GET /superuser/users/{username} getInstallUser
        PUT /superuser/users/{username} changeInstallUser
        POST /superusers/users/{username}/sendrecovery sendInstallUserRecoveryEmail
    """,
    "tag": """
        GET /repository/{repository}/tag/ listRepoTags
        DELETE /repository/{repository}/tag/{tag} deleteFullTag
        PUT /repository/{repository}/tag/{tag} changeTag
        POST /repository/{repository}/tag/{tag}/restore restoreTag
    """,
    "team": """
        DELETE /organization/{orgname}/team/{teamname} deleteOrganizationTeam
        PUT /organization/{orgname}/team/{teamname} updateOrganizationTeam
        DELETE /organization/{orgname}/team/{teamname}/invite/{email} deleteTeamMemberEmailInvite
        PUT /organization/{orgname}/team/{teamname}/invite/{email} inviteTeamMemberEmail
        GET /organization/{orgname}/team/{teamname}/members getOrganizationTeamMembers
        DELETE /organization/{orgname}/team/{teamname}/members/{membername} deleteOrganizationTeamMember
        PUT /organization/{orgname}/team/{teamname}/members/{membername} updateOrganizationTeamMember
        GET /organization/{orgname}/team/{teamname}/permissions getOrganizationTeamPermissions open
    """,
    "user": """
        GET /user/ getLoggedInUser
        GET /user/starred listStarredRepos
        POST /user/starred createStar
        DELETE /user/starred/{repository} deleteStar
        GET /users/{username} getUserInformation open
    """,
}


class QuayOperation(msgspec.Struct, frozen=True):
    """One operation as Quay names it; ``area`` is its tag, ``scoped`` says that a token needs a scope for it."""

    area: str
    method: str
    template: str
    name: str
    scoped: bool


@functools.cache
def operations() -> Mapping[tuple[str, str], QuayOperation]:
    """Return the operations by method and shape of their address."""
    found = {}
    for area, lines in _AREAS.items():
        for line in lines.strip().splitlines():
            method, address, name, *marks = line.split()
            template = _BASE + address
            scoped = "open" not in marks
            found[method, shape(template)] = QuayOperation(area, method, template, name, scoped)
    return found


def find(method: str, template: str) -> QuayOperation | None:
    """Return Quay's operation at an address, whatever we call its parameters."""
    return operations().get((method, shape(template)))


def quay_template(template: str) -> str:
    """Return an address with Quay's names of its parameters, where Quay has the address."""
    return _templates().get(shape(template), template)


@functools.cache
def _templates() -> Mapping[str, str]:
    return {shape(operation.template): operation.template for operation in operations().values()}


def shape(template: str) -> str:
    """Return a template without the names of its parameters."""
    return _PARAMETER.sub("{}", template)

"""Identity: who is calling, and the tokens that say so.

``authenticator`` turns a request's credentials into an actor; ``token_service`` gives registry tokens; ``users``
makes users, organizations and access tokens. The rest are their parts: ``credentials`` (names and passwords),
``passwords``, ``sealing``, ``throttle``, ``keyring``, ``tokens``, ``scopes``.
"""

from .authenticator import Authenticator
from .credentials import Credentials
from .keyring import KeyRing
from .passwords import Passwords
from .sealing import Sealer
from .throttle import Throttle
from .token_service import IssuedToken, Rights, TokenForm, TokenPolicy, TokenRequest, TokenService
from .tokens import Tokens
from .users import AccessTokenExpired, FirstUser, Grantee, Users

__all__ = [
    "AccessTokenExpired",
    "Authenticator",
    "Credentials",
    "FirstUser",
    "Grantee",
    "IssuedToken",
    "KeyRing",
    "Passwords",
    "Rights",
    "Sealer",
    "Throttle",
    "TokenForm",
    "TokenPolicy",
    "TokenRequest",
    "TokenService",
    "Tokens",
    "Users",
]

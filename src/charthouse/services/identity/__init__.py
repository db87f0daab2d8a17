"""Identity: who is calling, and the tokens that say so.

``authenticator`` turns a request's credentials into an actor; ``token_service`` gives registry tokens; ``users``
makes users, organizations and access tokens. The rest are their parts: ``credentials`` (names and passwords),
``passwords``, ``sealing``, ``throttle``, ``keyring``, ``tokens``, ``scopes``.
"""

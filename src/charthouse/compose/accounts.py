"""What the configuration lets people do with accounts."""

from __future__ import annotations

from charthouse.config.settings import Settings
from charthouse.services.identity.own_account import AccountRules
from charthouse.services.identity.sign_up import SignUpRules

from .tags import time_machine


def account_rules(settings: Settings) -> AccountRules:
    """Return what people may change of their own account."""
    return AccountRules(time_machine=time_machine(settings.tags), names=settings.people.metadata)


def sign_up_rules(settings: Settings) -> SignUpRules:
    """Return who may make an account."""
    people = settings.people
    powerful = {*people.super_users, *people.read_only_super_users, *people.restricted_whitelist}
    return SignUpRules(
        reserved=frozenset({*powerful, settings.library_namespace}),
        refused_domains=people.blacklisted_email_domains if people.blacklist_emails else (),
        by_invitation=people.invite_only,
    )

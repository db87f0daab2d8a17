"""What users and organizations tell of themselves: where invoices go, names, company."""

from __future__ import annotations

import msgspec

from charthouse.model.errors import InvalidRequest

LONGEST = 255


class Profile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fields that an account keeps as one JSON object; Quay's names."""

    invoice_email: bool = False
    invoice_email_address: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    company: str | None = None
    location: str | None = None


def read_profile(text: str) -> Profile:
    """Return what ``Account.profile`` holds."""
    return msgspec.json.decode(text, type=Profile) if text else Profile()


def write_profile(profile: Profile) -> str:
    """Return what ``Account.profile`` should hold; raises InvalidRequest for texts that are too long or unprintable."""
    for name, value in msgspec.structs.asdict(profile).items():
        if isinstance(value, str) and (len(value) > LONGEST or not value.isprintable()):
            raise InvalidRequest(f"{name} has at most {LONGEST} printable characters")
    return msgspec.json.encode(profile).decode()

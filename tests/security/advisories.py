"""Advisories on registries whose class is tested here; the names of the tests begin with them.

``PENDING`` are those whose feature is not there yet: the test command prints them at its end.
"""

from __future__ import annotations

PENDING = {
    "CVE-2026-32591": "the proxy cache",
    "CVE-2026-2376": "mirroring",
    "CVE-2026-33540": "the proxy cache",
    "CVE-2025-23208": "groups of OpenID Connect logins",
    "CVE-2019-1000009": "charts",
}

"""Advisories on registries whose class is tested here; the names of the tests begin with them.

``PENDING`` are those whose feature is not there yet: the test command prints them at its end.
"""

from __future__ import annotations

PENDING = {
    "CVE-2026-32591": "the proxy cache",
    "CVE-2026-2376": "mirroring",
    "CVE-2026-33540": "the proxy cache",
    "CVE-2025-23208": "groups of OpenID Connect logins",
}

NAMED = (
    "CVE-2026-27771", "CVE-2026-32589", "CVE-2026-32590", "CVE-2026-35172", "CVE-2026-31801", "CVE-2024-39897",
    "CVE-2025-24976", "CVE-2023-2253", "CVE-2017-11468", "GHSA-qq97-vm5h-rrhg", "CVE-2022-31667",
    "CVE-2024-22261", "CVE-2025-32019", "CVE-2025-48374", "CVE-2026-4404", "CVE-2019-1000009",
)  # fmt: skip
"""Those whose feature is there: each has a test that is named after it."""

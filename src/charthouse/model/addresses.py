"""Which addresses the registry may call by itself, when people tell it where.

Whoever may name an address could make the registry speak to what only it can reach: the machine itself, the network
around it, a cloud's metadata service. So only public addresses are called, but those that the configuration exempts
(``SSRF_ALLOWED_HOSTS``). The address that is really connected to is what counts, not what a name meant before.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class OutboundRules:
    """``allowed``: host names, addresses and networks (CIDR) that may be called though they are not public."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._hosts: set[str] = set()
        self._networks: list[Network] = []
        for entry in allowed:
            try:
                self._networks.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                self._hosts.add(entry.lower().rstrip("."))

    def names(self, host: str) -> bool:
        """Tell whether ``host``, a name or a literal address, is exempt by itself."""
        address = _literal(host)
        if address is None:
            return host.lower().rstrip(".") in self._hosts
        return self._exempt(address)

    def may_reach(self, host: str, address: str) -> bool:
        """Tell whether ``address``, which is to be connected to in order to reach ``host``, may be."""
        found = _literal(address)
        if found is None:
            return False
        return is_public(found) or self._exempt(found) or self.names(host)

    def _exempt(self, address: Address) -> bool:
        inner = embedded(address)
        return any(address in network or inner in network for network in self._networks)


def is_public(address: Address) -> bool:
    """Tell whether an address, and what it stands for, is reached over the public internet."""
    found = embedded(address)
    return found.is_global and not found.is_multicast


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    found = _literal(address)
    return found is not None and embedded(found).is_loopback


def embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for (mapped, 6to4, Teredo, NAT64), or itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour or address


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None

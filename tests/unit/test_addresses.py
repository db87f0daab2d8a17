"""Which addresses the registry may call by itself."""

from __future__ import annotations

import ipaddress

import pytest

from charthouse.model.addresses import OutboundRules, is_loopback

ANY = str(ipaddress.IPv4Address(0))
PUBLIC = [
    "93.184.215.14",
    "8.8.8.8",
    "2606:2800:21f:cb07::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]
PRIVATE = [
    "127.0.0.1", "127.8.8.8", ANY, "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::1", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "not an address", "",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert OutboundRules().may_reach("host.example.com", address)


@pytest.mark.parametrize("address", PRIVATE)
def test_other_addresses(address: str) -> None:
    assert not OutboundRules().may_reach("host.example.com", address)
    assert not OutboundRules(["other.example.com", "10.9.0.0/16"]).may_reach("host.example.com", address)


@pytest.mark.parametrize(
    ("allowed", "host", "address"),
    [
        ("git.corp", "git.corp", "10.1.2.3"),
        ("Git.Corp.", "GIT.corp", "10.1.2.3"),
        ("10.1.0.0/16", "git.corp", "10.1.2.3"),
        ("10.1.2.3", "git.corp", "10.1.2.3"),
        ("10.1.0.0/16", "git.corp", "::ffff:10.1.2.3"),
        ("fd00::/8", "git.corp", "fd00::5"),
        ("[::1]", "[::1]", "::1"),
        ("127.0.0.1", "localhost", "127.0.0.1"),
    ],
)
def test_exemptions(allowed: str, host: str, address: str) -> None:
    assert OutboundRules([allowed]).may_reach(host, address)


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ("git.corp", "evil.git.corp"),
        ("git.corp", "git.corp.example.com"),
        ("git.corp", "xgit.corp"),
        ("10.1.0.0/16", "x"),
    ],
)
def test_no_more_than_is_exempt(allowed: str, host: str) -> None:
    assert not OutboundRules([allowed]).may_reach(host, "10.2.0.1")
    assert not OutboundRules([allowed]).names(host)


def test_loopback() -> None:
    assert all(is_loopback(address) for address in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"))
    assert not any(is_loopback(address) for address in ("10.0.0.1", ANY, "::", "localhost", ""))

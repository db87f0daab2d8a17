"""Choosing a blob engine by its configured name: a wrong name or argument is told, a secret is not."""

from __future__ import annotations

from typing import Any

import pytest

from charthouse.engines.blobs.factory import blob_store_from
from charthouse.engines.blobs.parts import FIRST_PART, MIB, part_size, parts_bytes
from charthouse.engines.blobs.s3_arguments import GoogleCloudStorage, RadosGWStorage, S3Storage

GATEWAY: dict[str, Any] = {
    "storage_path": "/datastorage/registry",
    "hostname": "rgw.example",
    "access_key": "key",
    "secret_key": "hidden",
    "bucket_name": "registry",
}


def test_an_unknown_engine_lists_the_known() -> None:
    with pytest.raises(ValueError, match=r"'Floppy' is not known; known are AzureStorage, .*, S3Storage"):
        blob_store_from("Floppy", {})


@pytest.mark.parametrize(
    ("engine", "arguments", "named"),
    [
        ("LocalStorage", {}, "storage_path"),
        ("LocalStorage", {"storage_path": 3}, "storage_path"),
        ("LocalStorage", {"storage_path": "/x", "colour": "red"}, "colour"),
        ("RadosGWStorage", GATEWAY, "is_secure"),
        ("RHOCSStorage", {**GATEWAY, "is_secure": "perhaps"}, "is_secure"),
        ("IBMCloudStorage", {**GATEWAY, "is_secure": True, "signature_version": "s3"}, "signature_version"),
        ("GoogleCloudStorage", {**GATEWAY, "secret_key": "hidden"}, "hostname"),
        ("S3Storage", {"storage_path": "", "s3_bucket": "b", "s3_secret_key": ["hidden"]}, "s3_secret_key"),
        ("AzureStorage", {"storage_path": "", "azure_container": "c"}, "azure_account_name"),
        (
            "AzureStorage",
            {"storage_path": "", "azure_container": "c", "azure_account_name": "a"},
            "sas_token",
        ),
    ],
)
def test_wrong_arguments_are_named(engine: str, arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=engine) as caught:
        blob_store_from(engine, arguments)
    assert named in str(caught.value)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("engine", ["RadosGWStorage", "RHOCSStorage", "IBMCloudStorage"])
def test_configurations_write_booleans_and_numbers_as_text(engine: str) -> None:
    blob_store_from(engine, {**GATEWAY, "is_secure": "true", "port": "8443", "minimum_chunk_size_mb": None})


def test_where_a_bucket_is() -> None:
    s3: dict[str, Any] = {"storage_path": "/", "s3_bucket": "b"}
    assert S3Storage(**s3).place().endpoint == "https://s3.amazonaws.com"
    assert S3Storage(**s3, host="minio.example", port=9000).place().endpoint == "https://minio.example:9000"
    assert S3Storage(**s3, endpoint_url="http://minio.example/").place().endpoint == "http://minio.example"
    region = S3Storage(**s3, s3_region="eu-west-1", endpoint_url="http://minio.example").place()
    assert (region.endpoint, region.region) == ("https://s3.eu-west-1.amazonaws.com", "eu-west-1")
    assert (
        S3Storage(**s3, s3_region="cn-north-1").place().endpoint == "https://s3.cn-north-1.amazonaws.com.cn"
    )
    assert S3Storage(**s3).place().prefix == ""
    gateway = RadosGWStorage(**GATEWAY, is_secure=False, port=8080).place()
    assert (gateway.endpoint, gateway.prefix) == ("http://rgw.example:8080", "datastorage/registry")
    google = GoogleCloudStorage(storage_path="x", access_key="a", secret_key="b", bucket_name="c").place()
    assert google.endpoint == "https://storage.googleapis.com"


def test_a_store_may_want_larger_parts() -> None:
    place = S3Storage(storage_path="/", s3_bucket="b", minimum_chunk_size_mb=100).place()
    assert place.first_part == 100 * MIB


def test_ten_thousand_parts_hold_the_largest_object() -> None:
    sizes = [part_size(number, FIRST_PART) for number in range(1, 10_001)]
    assert sizes[0] == sizes[999] == FIRST_PART
    assert sizes[1000] == 2 * FIRST_PART
    for count in (0, 1, 999, 1000, 1001, 10_000):
        assert parts_bytes(count, FIRST_PART) == sum(sizes[:count])
    assert parts_bytes(10_000, FIRST_PART) > 5 * 1024**4
    assert parts_bytes(320, FIRST_PART) == 5 * 1024**3

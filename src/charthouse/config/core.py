"""The keys that set the registry's core: Quay's name, our field (see ``settings``), and how its value is read."""

from __future__ import annotations

from collections.abc import Mapping

from .values import Reader, choice, database, duration, flag, host, names, number, size, text

KEYS: Mapping[str, tuple[str, Reader]] = {
    "DB_URI": ("database", database),
    "SERVER_HOSTNAME": ("server_hostname", host),
    "PREFERRED_URL_SCHEME": ("url_scheme", choice("http", "https")),
    "PROXY_COUNT": ("proxy_count", number()),
    "WORKER_COUNT": ("workers", number()),
    "FEATURE_PROXY_STORAGE": ("proxy_storage", flag),
    "FEATURE_SPARSE_INDEX": ("sparse", flag),
    "CREATE_PRIVATE_REPO_ON_PUSH": ("create_private", flag),
    "FEATURE_ANONYMOUS_ACCESS": ("anonymous_access", flag),
    "FEATURE_USER_INITIALIZE": ("user_initialize", flag),
    "SUPER_USERS": ("super_users", names),
    "MAXIMUM_LAYER_SIZE": ("maximum_blob", size(1)),
    "PUSH_TEMP_TAG_EXPIRATION_SEC": ("collection_grace", duration()),
    "DEFAULT_TAG_EXPIRATION": ("untagged_window", duration()),
    "GARBAGE_COLLECTION_FREQUENCY": ("collection_interval", duration(1)),
    "FEATURE_GARBAGE_COLLECTION": ("collection", flag),
    "LIBRARY_NAMESPACE": ("library_namespace", text),
    "DATABASE_SECRET_KEY": ("database_secret_key", text),
    # Settings that Quay does not have.
    "CHARTHOUSE_SET_UP_TOKEN": ("set_up_token", text),
    "CHARTHOUSE_MAXIMUM_MANIFEST": ("maximum_manifest", size(4 * 1024**2)),
    "CHARTHOUSE_CACHE_BYTES": ("cache_bytes", size()),
    "CHARTHOUSE_TOKEN_SECONDS": ("token_seconds", duration(60)),
    "CHARTHOUSE_REFRESH_TOKEN_SECONDS": ("refresh_token_seconds", duration(60)),
    "CHARTHOUSE_UPLOAD_SECONDS": ("upload_seconds", duration(60)),
    "CHARTHOUSE_PULL_LOG": ("pull_log", choice("off", "batched", "strict")),
    "CHARTHOUSE_ACCESS_LOG": ("access_log", choice("off", "text", "json")),
}

FROM_ENVIRONMENT = frozenset({"WORKER_COUNT", *(key for key in KEYS if key.startswith("CHARTHOUSE_"))})
"""Keys that are also read from the environment, as Quay does with WORKER_COUNT."""

STORAGE_CONFIG = "DISTRIBUTED_STORAGE_CONFIG"
STORAGE_PREFERENCE = "DISTRIBUTED_STORAGE_PREFERENCE"
STORAGE_ENGINES = (
    "LocalStorage", "S3Storage", "STSS3Storage", "GoogleCloudStorage", "AzureStorage", "RadosGWStorage",
    "RHOCSStorage", "IBMCloudStorage", "SwiftStorage", "CloudFrontedS3Storage", "CloudFlareStorage",
    "AkamaiS3Storage", "MultiCDNStorage",
)  # fmt: skip
"""Quay's names of storage engines; ``engines/blobs`` says which are offered."""

ONLY: Mapping[str, tuple[Reader, str | bool]] = {
    "AUTHENTICATION_TYPE": (text, "Database"),
    "REGISTRY_STATE": (text, "normal"),
    "DISABLE_PUSHES": (flag, False),
    "FEATURE_REQUIRE_ENCRYPTED_BASIC_AUTH": (flag, False),
    "FEATURE_RESTRICTED_USERS": (flag, False),
    "FEATURE_FIPS": (flag, False),
}
"""Keys that protect something: only this value is accepted until the others are kept as well."""

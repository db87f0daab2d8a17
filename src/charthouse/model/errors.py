"""Every refusal a registry can give, named with the specification's code.

Services raise these; each wire format turns them into its own answer (``api/v2``: the envelope of the OCI
Distribution Specification 1.1, "Error Codes"). ``message`` tells a person what is wrong and what to do;
``detail`` is data for a program. Neither ever holds a secret or tells a stranger what exists.
"""

from __future__ import annotations

from typing import Any, ClassVar


class RegistryError(Exception):
    """A refusal: ``code`` is the specification's word for it, ``status`` the HTTP status that fits."""

    code: ClassVar[str] = "UNKNOWN"
    status: ClassVar[int] = 500

    def __init__(self, message: str, detail: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class Unauthorized(RegistryError):
    """No credential, or one that is wrong, expired or revoked: the caller may try again with another."""

    code = "UNAUTHORIZED"
    status = 401


class Denied(RegistryError):
    """The caller is known and may not do this; another credential is the only remedy."""

    code = "DENIED"
    status = 403


class Conflict(RegistryError):
    """The state of the registry forbids this now (a blob still needed): says what stands in the way."""

    code = "DENIED"
    status = 405


class Unsupported(RegistryError):
    """The operation is not offered for this address."""

    code = "UNSUPPORTED"
    status = 405


class NameInvalid(RegistryError):
    """A repository name outside the grammar."""

    code = "NAME_INVALID"
    status = 400


class NameUnknown(RegistryError):
    """A repository that is not there, or that the caller may not know of."""

    code = "NAME_UNKNOWN"
    status = 404


class TagInvalid(RegistryError):
    """A tag outside the grammar."""

    code = "TAG_INVALID"
    status = 400


class TooManyTags(TagInvalid):
    """More tags in one push than are taken."""

    status = 414


class DigestInvalid(RegistryError):
    """A digest outside the grammar, of an unknown algorithm, or not that of the bytes received."""

    code = "DIGEST_INVALID"
    status = 400


class SizeInvalid(RegistryError):
    """A length that does not match the bytes received."""

    code = "SIZE_INVALID"
    status = 400


class ManifestInvalid(RegistryError):
    """A manifest that is not one: broken JSON, contradicting media types, missing fields."""

    code = "MANIFEST_INVALID"
    status = 400


class ManifestBlobUnknown(RegistryError):
    """A manifest names blobs or manifests that its repository lacks; ``detail`` lists them."""

    code = "MANIFEST_BLOB_UNKNOWN"
    status = 404


class ManifestUnknown(RegistryError):
    """No such manifest or tag in the repository."""

    code = "MANIFEST_UNKNOWN"
    status = 404


class BlobUnknown(RegistryError):
    """No such blob in the repository."""

    code = "BLOB_UNKNOWN"
    status = 404


class UploadUnknown(RegistryError):
    """No such upload: finished, cancelled, expired, or another caller's."""

    code = "BLOB_UPLOAD_UNKNOWN"
    status = 404


class UploadInvalid(RegistryError):
    """An upload that cannot go on as asked."""

    code = "BLOB_UPLOAD_INVALID"
    status = 400


class UploadConflict(UploadInvalid):
    """Another request is writing to the same upload at this moment."""

    status = 409


class RangeInvalid(UploadInvalid):
    """A chunk that does not start where the upload ends; ``offset`` is where it does (bytes)."""

    status = 416

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message, {"offset": offset})
        self.offset = offset


class RangeNotSatisfiable(RegistryError):
    """A read range outside the blob; ``size`` is the blob's (bytes)."""

    code = "SIZE_INVALID"
    status = 416

    def __init__(self, message: str, size: int) -> None:
        super().__init__(message, {"size": size})
        self.size = size


class TooLarge(RegistryError):
    """A body over the configured limit."""

    code = "SIZE_INVALID"
    status = 413


class PageInvalid(RegistryError):
    """A page size that is no number, or negative."""

    code = "PAGINATION_NUMBER_INVALID"
    status = 400


class TooManyRequests(RegistryError):
    """The caller must wait ``retry_after`` seconds."""

    code = "TOOMANYREQUESTS"
    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StorageFull(RegistryError):
    """No space is left where blobs or metadata are kept; nothing of this request was kept."""

    code = "DENIED"
    status = 507


class Unavailable(RegistryError):
    """A part that the registry stands on (database, object store) does not answer; try again."""

    code = "UNAVAILABLE"
    status = 503


class InvalidRequest(RegistryError):
    """A request that is malformed in a way that no narrower code names."""

    code = "INVALID_REQUEST"
    status = 400


class AlreadyExists(RegistryError):
    """A name that is taken."""

    code = "INVALID_REQUEST"
    status = 400


class NotFound(RegistryError):
    """Something other than content that is not there, where everybody may know."""

    code = "NOT_FOUND"
    status = 404


class RepositoryReadOnly(Denied):
    """A repository that nobody may change now, whatever their role."""


class RegistryReadOnly(RegistryError):
    """The whole registry takes no changes for now."""

    code = "DENIED"
    status = 405


class PushesDisabled(RegistryError):
    """The registry takes no pushes for now; the code is Quay's."""

    code = "METHOD NOT ALLOWED"
    status = 405


class NamespaceRestricted(Denied):
    """The caller's own namespace, in which the configuration lets it only read."""


class NamespaceDisabled(RegistryError):
    """Content of a user whom a superuser has disabled; told to those only who could use it otherwise."""

    code = "DENIED"
    status = 405


class KeyNotApproved(RegistryError):
    """A service key that nobody believes yet."""

    code = "DENIED"
    status = 409


class TagTaken(RegistryError):
    """A tag that does not point at what the request took for granted: somebody has it, or has just moved it."""

    code = "TAG_TAKEN"
    status = 409


class TagImmutable(RegistryError):
    """A tag that must keep pointing at what it points at, or content that such a tag needs."""

    code = "TAG_IMMUTABLE"
    status = 409

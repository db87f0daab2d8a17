"""Keys of the insides of Quay's program and of its hosted service: real files hold them, and they never have an effect."""

from __future__ import annotations

from ..key import Key, LeftOut
from ..shapes import anything, names
from ..values import flag, secret, text

_INSIDE = LeftOut("it is about the insides of Quay's program")
_HOSTED = LeftOut("it belongs to Quay's hosted service")
_GONE = LeftOut("Quay has dropped it too")

KEYS = (
    Key(
        "DEBUG",
        flag,
        "Quay's program shows its developers more.",
        quay=False,
        status=LeftOut("there is no such mode", as_is=False),
    ),
    Key("LOGGING_LEVEL", text, "How much Quay's program logs.", quay="DEBUG", status=_INSIDE),
    Key("PROPAGATE_EXCEPTIONS", flag, "Errors are passed on in Quay's tests.", quay=True, status=_INSIDE),
    Key("TRAP_HTTP_EXCEPTIONS", flag, "Refusals end in Flask's debugger.", quay=None, status=_INSIDE),
    Key("EXPLAIN_TEMPLATE_LOADING", flag, "Flask tells which templates it loads.", quay=None, status=_INSIDE),
    Key("APPLICATION_ROOT", text, "Path under which Flask is mounted.", quay=None, status=_INSIDE),
    Key("USE_X_SENDFILE", flag, "Flask leaves files to its proxy.", quay=None, status=_INSIDE),
    Key("SEND_FILE_MAX_AGE_DEFAULT", anything, "Age of Flask's files in caches.", quay=0, status=_INSIDE),
    Key("JSONIFY_PRETTYPRINT_REGULAR", flag, "Flask indents its JSON.", quay=False, status=_INSIDE),
    Key("SESSION_REFRESH_EACH_REQUEST", flag, "Flask sends its cookie each time.", quay=None, status=_INSIDE),
    Key("MAX_COOKIE_SIZE", anything, "Bytes of a cookie that Flask warns of.", quay=None, status=_INSIDE),
    Key("USE_CDN", flag, "Browsers fetch libraries elsewhere.", quay=False, status=_INSIDE),
    Key("GREENLET_TRACING", flag, "Quay's threads are measured.", quay=True, status=_INSIDE),
    Key("STATUS_TAGS", anything, "Pictures of build states.", quay=None, status=_INSIDE),
    Key("AVATAR_COLORS", anything, "Colours of faces.", quay=None, status=_INSIDE),
    Key("CHANNEL_COLORS", anything, "Colours of channels.", quay=None, status=_INSIDE),
    Key(
        "DEFAULT_LABEL_KEY_RESERVED_PREFIXES",
        names,
        "Prefixes of labels that are built in; `LABEL_KEY_RESERVED_PREFIXES` adds to them.",
        quay=None,
        status=_INSIDE,
    ),
    Key("BUILDLOGS_OPTIONS", anything, "Arguments of a part for build logs.", quay=[], status=_INSIDE),
    Key("*_QUEUE_NAME", text, "Name of one of Quay's queues.", quay=None, status=_INSIDE),
    Key("QUEUE_METRICS_TYPE", text, "How Quay's queues are measured.", quay="Null", status=_INSIDE),
    Key("JWTPROXY_SIGNER", text, "Address of a proxy that signs.", quay="localhost:8081", status=_INSIDE),
    Key("JWTPROXY_AUDIENCE", text, "For whom it signs.", quay=None, status=_INSIDE),
    Key("SIGNED_GRANT_EXPIRATION_SEC", anything, "Life of grants to builders.", quay=86400, status=_INSIDE),
    Key("SERVICE_LOG_ACCOUNT_ID", anything, "Account in whose name services log.", quay=None, status=_INSIDE),
    Key("BLOBUPLOAD_DELETION_DATE_THRESHOLD", anything, "Age of uploads to drop.", quay=None, status=_INSIDE),
    Key("REPO_MIRROR_TAG_ROLLBACK_PAGE_SIZE", anything, "Tags of a step back.", quay=None, status=_INSIDE),
    Key("INTERNAL_OIDC_SERVICE_ID", text, "Login service of the console.", quay=None, status=_INSIDE),
    Key(
        "GITLAB_TRIGGER_KIND", anything, "A remnant of Quay's configuration tool.", quay=None, status=_INSIDE
    ),
    Key("MAIL_USE_AUTH", flag, "A remnant of Quay's configuration tool.", quay=None, status=_INSIDE),
    Key("FEATURE_ACI_CONVERSION", flag, "Images are converted for rkt.", quay=None, status=_GONE),
    Key("FEATURE_BITTORRENT", flag, "Layers go by BitTorrent.", quay=None, status=_GONE),
    Key("BITTORRENT_*", anything, "How.", quay=None, status=_GONE),
    Key("SIGNING_ENGINE", text, "What signs converted images.", quay=None, status=_GONE),
    Key("GPG2_*", anything, "With which key.", quay=None, status=_GONE),
    Key("V1_ONLY_DOMAIN", text, "A host that speaks /v1.", quay=None, status=_GONE),
    Key("V3_UPGRADE_MODE", text, "A step of the upgrade to Quay 3.", quay=None, status=_GONE),
    Key("V22_NAMESPACE_BLACKLIST", names, "Namespaces without newer manifests.", quay=None, status=_GONE),
    Key("OCI_NAMESPACE_WHITELIST", names, "Namespaces with OCI manifests.", quay=None, status=_GONE),
    Key("APP_REGISTRY_*", anything, "Bounds and caches of CNR.", quay=None, status=_GONE),
    Key("MAXIMUM_CNR_LAYER_SIZE", text, "Size of CNR's layers.", quay="2m", status=_GONE),
    Key("FEATURE_BILLING", flag, "Accounts are paid for.", quay=False, status=_HOSTED),
    Key("BILLING_TYPE", text, "How.", quay="FakeStripe", status=_HOSTED),
    Key("STRIPE", anything, "Where.", quay=None, status=_HOSTED),
    Key("STRIPE_*", secret, "With which keys.", quay=None, status=_HOSTED),
    Key("ANALYTICS_TYPE", text, "Where visits are counted.", quay="FakeAnalytics", status=_HOSTED),
    Key("MIXPANEL_KEY", secret, "With which key.", quay=None, status=_HOSTED),
    Key("MARKETO_MUNCHKIN_ID", text, "With which account.", quay=None, status=_HOSTED),
    Key("SENTRY_PUBLIC_DSN", secret, "Where browsers report errors.", quay=None, status=_HOSTED),
    Key("STATIC_SITE_BUCKET", text, "Where the public site lies.", quay=None, status=_HOSTED),
    Key("FEATURE_EXPORT_COMPLIANCE", flag, "Users are screened.", quay=False, status=_HOSTED),
    Key("EXPORT_COMPLIANCE_ENDPOINT", text, "Where.", quay=None, status=_HOSTED),
    Key("FEATURE_ENTITLEMENT_RECONCILIATION", flag, "Subscriptions are matched.", quay=False, status=_HOSTED),
    Key("ENTITLEMENT_RECONCILIATION_*", text, "Where.", quay=None, status=_HOSTED),
    Key("FEATURE_RH_MARKETPLACE", flag, "Subscriptions of a marketplace.", quay=False, status=_HOSTED),
    Key("FEATURE_SPAM_DETECTION", flag, "Spam is looked for.", quay=False, status=_HOSTED),
    Key("SPAM_DETECTION_*", anything, "How.", quay=None, status=_HOSTED),
    Key("CDN_SPECIFIC_NAMESPACES", names, "Namespaces with a network.", quay=[], status=_HOSTED),
    Key("NON_RATE_LIMITED_NAMESPACES", names, "Namespaces without bounds.", quay=None, status=_HOSTED),
    Key("IP_DATA_API_KEY", secret, "Key of a service that knows addresses.", quay=None, status=_HOSTED),
    Key("THREAT_NAMESPACE_MAXIMUM_BUILD_COUNT", anything, "Builds of suspects.", quay=None, status=_HOSTED),
    Key("BILLED_NAMESPACE_MAXIMUM_BUILD_COUNT", anything, "Builds of who pays.", quay=None, status=_HOSTED),
    Key(
        "FEATURE_DISABLE_PULL_LOGS_FOR_FREE_NAMESPACES",
        flag,
        "Pulls of free accounts are not noted.",
        quay=False,
        status=_HOSTED,
    ),
    Key("FEATURE_CLEAR_EXPIRED_RAC_ENTRIES", flag, "Old counts go.", quay=False, status=_HOSTED),
    Key("FEATURE_SUPPORT_CHAT", flag, "A chat with support.", quay=False, status=_HOSTED),
)

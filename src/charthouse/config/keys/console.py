"""Keys of the console's look."""

from __future__ import annotations

from ..key import Area, Inert, Key, LeftOut
from ..shapes import listing, mapping
from ..values import Kind, choice, flag, number, text


class Console(Area, frozen=True, kw_only=True):
    """What the console calls itself."""

    title: str = "Charthouse"
    short_title: str = "Charthouse"


_LATER = Inert("the console")
_ONE_UI = LeftOut("there is one console")
_MODEL_CARD = Inert("model cards in the console")
_BRANDING: dict[str, Kind] = {"logo": text, "logo_dark": text, "footer_img": text, "footer_url": text}
_FOOTER: dict[str, Kind] = {
    "TERMS_OF_SERVICE_URL": text,
    "PRIVACY_POLICY_URL": text,
    "SECURITY_URL": text,
    "ABOUT_URL": text,
}

KEYS = (
    Key(
        "REGISTRY_TITLE",
        text,
        "The registry's name, as `/config` tells it.",
        field="console.title",
        quay="Project Quay",
        why="it is not Quay",
    ),
    Key(
        "REGISTRY_TITLE_SHORT",
        text,
        "The same where there is little space.",
        field="console.short_title",
        quay="Project Quay",
        why="it is not Quay",
    ),
    Key("ENTERPRISE_LOGO_URL", text, "Address of a logo.", quay=None, status=_LATER),
    Key("BRANDING", mapping(_BRANDING), "Logos and footer.", quay=None, status=_LATER),
    Key("FOOTER_LINKS", mapping(_FOOTER), "Links of the footer.", quay=None, since="3.14", status=_LATER),
    Key("TERMS_OF_SERVICE_URL", text, "Address of your terms.", quay=None, since="3.10", status=_LATER),
    Key("DOCUMENTATION_ROOT", text, "Address of the documentation.", quay=None, status=_LATER),
    Key(
        "CONTACT_INFO",
        listing(text, 0, 4),
        "Addresses of who helps: web, mail, irc, tel.",
        quay=[],
        status=_LATER,
    ),
    Key("AVATAR_KIND", choice("local", "gravatar"), "Where faces come from.", quay="local", status=_LATER),
    Key("FEATURE_UI_V2", flag, "The newer console is offered.", quay=True, since="3.8", status=_ONE_UI),
    Key(
        "DEFAULT_UI",
        choice("angular", "react"),
        "Which is shown.",
        quay="react",
        since="3.16",
        status=_ONE_UI,
    ),
    Key("DISABLE_ANGULAR_UI", flag, "The older one is gone.", quay=False, since="3.16", status=_ONE_UI),
    Key("UI_V2_FEEDBACK_FORM", text, "Where to send opinions on it.", quay=None, since="3.8", status=_ONE_UI),
    Key(
        "FEATURE_UI_DELAY_AFTER_WRITE",
        flag,
        "The console waits after a change.",
        quay=False,
        since="3.10",
        status=LeftOut("what was changed is read at once"),
    ),
    Key(
        "UI_DELAY_AFTER_WRITE_SECONDS",
        number(),
        "How long.",
        quay=3,
        since="3.10",
        status=LeftOut("what was changed is read at once"),
    ),
    Key("FEATURE_UI_MODELCARD", flag, "Model cards are shown.", quay=False, since="3.14", status=_MODEL_CARD),
    Key(
        "UI_MODELCARD_ARTIFACT_TYPE",
        text,
        "Artifact type of models.",
        quay="application/x-mlmodel",
        since="3.14",
        status=_MODEL_CARD,
    ),
    Key(
        "UI_MODELCARD_ANNOTATION",
        mapping({}, rest=text),
        "Annotations that mark a model.",
        quay=None,
        since="3.14",
        status=_MODEL_CARD,
    ),
    Key(
        "UI_MODELCARD_LAYER_ANNOTATION",
        mapping({}, rest=text),
        "Annotations that mark its card.",
        quay=None,
        since="3.14",
        status=_MODEL_CARD,
    ),
)

"""Messages for certificates that do not prove that a server is X's."""

from __future__ import annotations

from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.xapi.errors.error_template import ErrorTemplate

_OPENED = "A proxy or a virus scanner intercepts encrypted connections."

EXPIRED = ErrorTemplate(
    ProblemKind.TLS,
    "The certificate of X's server is out of date.",
    "Nothing was sent. Check this computer's date first: the certificate may be fine.",
    ("This computer's clock is wrong.", "Something in between answers with an old certificate."),
    Remedy.TRY_AGAIN,
)
WRONG_NAME = ErrorTemplate(
    ProblemKind.TLS,
    "The certificate belongs to another server.",
    "Something other than X answered, so nothing was sent.",
    (
        "A public network requires its own sign-in first.",
        "The app's API address is mistyped.",
        "A proxy's certificate names its server as common name only, which no longer counts.",
    ),
    Remedy.TRY_AGAIN,
)
UNKNOWN_ISSUER = ErrorTemplate(
    ProblemKind.TLS,
    "The certificate's issuer is not trusted.",
    "Nothing was sent. If a company's proxy intercepts encrypted connections, choose its "
    "certificate file in Settings.",
    (
        _OPENED,
        "A public network requires its own sign-in first.",
        "The certificate file in Settings is from another authority, or is an older one.",
    ),
    Remedy.TRY_AGAIN,
)
NO_KEY_USAGE = ErrorTemplate(
    ProblemKind.TLS,
    "The issuer's certificate does not say what its key is for.",
    "Nothing was sent. X's own certificates have it, so this is a proxy. If it is your company's, "
    "choose its certificate file in Settings: a certificate chosen there may lack this.",
    (_OPENED, "Its certificate has no key usage field."),
    Remedy.TRY_AGAIN,
)
NO_KEY_IDENTIFIER = ErrorTemplate(
    ProblemKind.TLS,
    "A certificate does not identify its key.",
    "Nothing was sent. X's own certificates have it, so this is a proxy. If it is your company's, "
    "choose its certificate file in Settings: a certificate chosen there may lack this.",
    (_OPENED, "A certificate has no subject or authority key identifier."),
    Remedy.TRY_AGAIN,
)
IRREGULAR = ErrorTemplate(
    ProblemKind.TLS,
    "A certificate does not follow the standard (RFC 5280).",
    "Nothing was sent. X's own certificates do, so this is a proxy. If it is your company's, "
    "choose its certificate file in Settings: a certificate chosen there may differ in this.",
    (_OPENED, "Its basic constraints are not marked as critical."),
    Remedy.TRY_AGAIN,
)
NOT_AN_AUTHORITY = ErrorTemplate(
    ProblemKind.TLS,
    "The certificate's issuer may not issue certificates.",
    "Nothing was sent. Ask the proxy's administrator for the certificate of its authority, and "
    "choose that file in Settings.",
    (
        "The issuer's certificate says that it is no authority (basic constraints, key usage).",
        "It is so old that it does not say what it is (version 1).",
    ),
    Remedy.TRY_AGAIN,
)
WRONG_PURPOSE = ErrorTemplate(
    ProblemKind.TLS,
    "The certificate is not meant for a server.",
    "Nothing was sent. The proxy's administrator has to give it a server certificate (extended key "
    "usage: server authentication).",
    (_OPENED, "The app's API address belongs to another service."),
    Remedy.TRY_AGAIN,
)
OUT_OF_SCOPE = ErrorTemplate(
    ProblemKind.TLS,
    "The certificate's issuer may not issue one for this server.",
    "Nothing was sent. The issuer's own certificate limits it to other names (name constraints). "
    "The proxy's administrator has to let X's servers through, or use an authority without that "
    "limit.",
    (_OPENED,),
    Remedy.TRY_AGAIN,
)
TOO_WEAK = ErrorTemplate(
    ProblemKind.TLS,
    "The certificate's key or signature is too weak.",
    "Nothing was sent. The proxy's administrator has to give it a certificate with an RSA key of "
    "2,048 bits or more, signed with SHA-256 or better.",
    (_OPENED,),
    Remedy.TRY_AGAIN,
)
WRONG_SIGNATURE = ErrorTemplate(
    ProblemKind.TLS,
    "The certificate's signature is not its issuer's.",
    "Nothing was sent. If the certificate file in Settings is your company's, ask for the current "
    "one: an authority that was created anew has the same name but another key.",
    (
        "The certificate file in Settings is an older one of the same authority.",
        "Something in between answers with a forged certificate.",
    ),
    Remedy.TRY_AGAIN,
)
UNUSABLE_FILE = ErrorTemplate(
    ProblemKind.TLS,
    "The file of trusted certificates cannot be used.",
    "Nothing was sent. Choose another file in Settings, or none.",
    (
        "It was moved or deleted.",
        "It contains no certificate in PEM format.",
        "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names it.",
    ),
    Remedy.TRY_AGAIN,
)
UNPROVEN = ErrorTemplate(
    ProblemKind.TLS,
    "The connection to X is not trustworthy.",
    "The certificate does not prove that this is X. Nothing was sent.",
    (
        "This computer's clock is wrong.",
        _OPENED,
        "A public network requires its own sign-in first.",
    ),
    Remedy.TRY_AGAIN,
)

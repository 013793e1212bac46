"""Messages for what lies between this computer and X: network, proxy, ports."""

from __future__ import annotations

from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.xapi.errors.error_template import ErrorTemplate

NO_NETWORK = ErrorTemplate(
    ProblemKind.NO_NETWORK,
    "This computer does not reach X.",
    "Look at the network connection, then try again. Nothing was changed.",
    ("There is no network.", "The name server does not answer."),
    Remedy.TRY_AGAIN,
)
NAME_UNKNOWN = ErrorTemplate(
    ProblemKind.NO_NETWORK,
    "The name of X's server is not found.",
    "No connection was made. Look at the network connection, then try again.",
    (
        "There is no network.",
        "The name server does not answer, or blocks this name.",
        "The app's API address is mistyped.",
    ),
    Remedy.TRY_AGAIN,
)
REFUSED = ErrorTemplate(
    ProblemKind.REFUSED,
    "X refused the connection.",
    "A firewall or a wrong address may be the reason. Try again.",
    remedy=Remedy.TRY_AGAIN,
)
BROKEN_OFF = ErrorTemplate(
    ProblemKind.REFUSED,
    "The connection to X broke off.",
    "X may be busy, or something between ends connections. Try again.",
    remedy=Remedy.TRY_AGAIN,
)
PROXY = ErrorTemplate(
    ProblemKind.REFUSED,
    "The proxy does not let this call through.",
    "Compare the proxy in the system's settings, then try again.",
    (
        "The proxy does not run, or its address is wrong.",
        "The proxy asks for a name and a password.",
    ),
    Remedy.TRY_AGAIN,
)
PROXY_SIGN_IN = ErrorTemplate(
    ProblemKind.REFUSED,
    "The proxy asks for a name and a password.",
    "Set https_proxy to its address with both, in the environment that Twauth starts in. "
    "X was not reached.",
    remedy=Remedy.TRY_AGAIN,
)
SOCKS_MISSING = ErrorTemplate(
    ProblemKind.REFUSED,
    "A SOCKS proxy is set, and the part of Twauth for those is not installed.",
    "Install Twauth with its socks extra, or set an HTTP proxy. Nothing was sent.",
    remedy=Remedy.TRY_AGAIN,
)
TIMED_OUT = ErrorTemplate(
    ProblemKind.TIMED_OUT,
    "X did not answer in time.",
    "The network may be slow. Try again.",
    remedy=Remedy.TRY_AGAIN,
)
TOO_SLOW = ErrorTemplate(
    ProblemKind.TIMED_OUT,
    "X's answer took too long to arrive.",
    "The call was ended, so it is not known whether X acted on it. Try again.",
    ("The network is very slow.", "Something between holds the answer back."),
    Remedy.TRY_AGAIN,
)
TLS_NOT_SPOKEN = ErrorTemplate(
    ProblemKind.TLS,
    "The server does not speak a protected connection.",
    "Nothing was sent. Compare the app's API address and the proxy.",
    ("The address or its port is that of another service.",),
    Remedy.TRY_AGAIN,
)
REDIRECTED = ErrorTemplate(
    ProblemKind.REDIRECTED,
    "X sends this call to another address.",
    "Such a redirect is not followed, as it would carry the signature along. "
    "Compare the app's API address.",
    ("A public network asks for a sign-in of its own first.",),
    Remedy.TRY_AGAIN,
)
NOT_X = ErrorTemplate(
    ProblemKind.NOT_X,
    "Something other than X answered.",
    "A public network may ask for a sign-in of its own: open any page in a browser, "
    "then try again.",
    ("The app's API address is wrong.", "A proxy or a firewall answered in X's place."),
    Remedy.TRY_AGAIN,
)
X_DOWN = ErrorTemplate(
    ProblemKind.X_DOWN,
    "X has a problem of its own.",
    "Nothing was changed. Try again in a few minutes.",
    remedy=Remedy.TRY_AGAIN,
)
POSTING_UNAVAILABLE = ErrorTemplate(
    ProblemKind.X_DOWN,
    "X does not take posts at the moment.",
    "Try again in a few minutes. If it stays like this, open the app in X's console and choose "
    "Pay-per-use.",
    (
        "X has a problem of its own.",
        (
            "The app is still on the free tier, which has ended. Such apps are reported to get "
            "this answer since 28 February 2026, and it looks the same."
        ),
    ),
    Remedy.TRY_AGAIN,
)
SANDBOX_OFF = ErrorTemplate(
    ProblemKind.SANDBOX_OFF,
    "The pretend X is not running.",
    "Start it, then try again.",
    remedy=Remedy.START_SANDBOX,
)
PORT_TAKEN = ErrorTemplate(
    ProblemKind.PORT_TAKEN,
    "Port {port} of this computer is in use.",
    "Another program or another sign-in listens there. Close it, or use a PIN.",
    remedy=Remedy.USE_PIN,
)
PORTS_TAKEN = ErrorTemplate(
    ProblemKind.PORT_TAKEN,
    "Twauth cannot listen on the ports {ports} of this computer.",
    "Other programs or sign-ins use them, or the system keeps them. Close one of those, add a "
    "callback with another port to the app, in X's console too, or use a PIN.",
    remedy=Remedy.USE_PIN,
)
PORT_FORBIDDEN = ErrorTemplate(
    ProblemKind.PORT_TAKEN,
    "This computer does not let Twauth listen on port {port}.",
    "Give the app a callback with a port above 1023, in X's console too, or use a PIN.",
    remedy=Remedy.USE_PIN,
)
PORT_RESERVED = ErrorTemplate(
    ProblemKind.PORT_TAKEN,
    "The system keeps port {port} of this computer for something else.",
    "Give the app a callback with another port, in X's console too, or use a PIN.",
    (
        "Windows has reserved it, for Hyper-V or Docker for example.",
        "Another program holds it for itself alone.",
    ),
    Remedy.USE_PIN,
)
CALLBACK_ELSEWHERE = ErrorTemplate(
    ProblemKind.CALLBACK_NEEDS_PIN,
    "Twauth cannot listen at this app's callback.",
    "Twauth listens at 127.0.0.1 only. Use a PIN, or give the app a callback such as "
    "http://127.0.0.1:8739/callback, in X's console too.",
    remedy=Remedy.USE_PIN,
)
TIMED_OUT_WAITING = ErrorTemplate(
    ProblemKind.TIMED_OUT_WAITING,
    "No answer came back from the browser.",
    "The page may still be open: approve there and start again, or use a PIN.",
    remedy=Remedy.START_AGAIN,
)
INTERNAL = ErrorTemplate(
    ProblemKind.UNKNOWN,
    "The call to X could not be made.",
    "The reason is not known to Twauth. Nothing was changed. Try again, or copy the report.",
    remedy=Remedy.TRY_AGAIN,
)

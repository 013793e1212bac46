"""Messages for failures between this computer and X: network, proxy, ports."""

from __future__ import annotations

from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.xapi.errors.error_template import ErrorTemplate

NO_NETWORK = ErrorTemplate(
    ProblemKind.NO_NETWORK,
    "This computer cannot reach X.",
    "Check the network connection, then try again. Nothing was changed.",
    ("There is no network connection.", "The DNS server does not answer."),
    Remedy.TRY_AGAIN,
)
NAME_UNKNOWN = ErrorTemplate(
    ProblemKind.NO_NETWORK,
    "The name of X's server cannot be found.",
    "No connection was made. Check the network connection, then try again.",
    (
        "There is no network connection.",
        "The DNS server does not answer, or blocks this name.",
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
    "The connection to X was interrupted.",
    "X may be busy, or something in between closes connections. Try again.",
    remedy=Remedy.TRY_AGAIN,
)
PROXY = ErrorTemplate(
    ProblemKind.REFUSED,
    "The proxy does not let this call through.",
    "Check the proxy in the system settings, then try again.",
    (
        "The proxy is not running, or its address is wrong.",
        "The proxy asks for a user name and password.",
    ),
    Remedy.TRY_AGAIN,
)
PROXY_SIGN_IN = ErrorTemplate(
    ProblemKind.REFUSED,
    "The proxy asks for a user name and password.",
    "Set https_proxy to the proxy's address with both, in the environment that Twauth starts in. X "
    "was not reached.",
    remedy=Remedy.TRY_AGAIN,
)
SOCKS_MISSING = ErrorTemplate(
    ProblemKind.REFUSED,
    "A SOCKS proxy is set, but Twauth's SOCKS support is not installed.",
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
    "The call was stopped, so it is not known whether X acted on it. Try again.",
    ("The network is very slow.", "Something in between delays the answer."),
    Remedy.TRY_AGAIN,
)
TLS_NOT_SPOKEN = ErrorTemplate(
    ProblemKind.TLS,
    "The server does not offer an encrypted connection.",
    "Nothing was sent. Check the app's API address and the proxy.",
    ("The address or its port belongs to another service.",),
    Remedy.TRY_AGAIN,
)
REDIRECTED = ErrorTemplate(
    ProblemKind.REDIRECTED,
    "X redirects this call to another address.",
    "Twauth does not follow it, as the signature would go along. Check the app's API address.",
    ("A public network requires its own sign-in first.",),
    Remedy.TRY_AGAIN,
)
NOT_X = ErrorTemplate(
    ProblemKind.NOT_X,
    "Something other than X answered.",
    "A public network may require its own sign-in: open any page in a browser, then try again.",
    ("The app's API address is wrong.", "A proxy or a firewall answered instead of X."),
    Remedy.TRY_AGAIN,
)
X_DOWN = ErrorTemplate(
    ProblemKind.X_DOWN,
    "X has a problem on its side.",
    "Nothing was changed. Try again in a few minutes.",
    remedy=Remedy.TRY_AGAIN,
)
POSTING_UNAVAILABLE = ErrorTemplate(
    ProblemKind.X_DOWN,
    "X does not accept posts at the moment.",
    "Try again in a few minutes. If this continues, open the app in X's console and choose "
    "Pay-per-use.",
    (
        "X has a problem on its side.",
        (
            "The app is still on the free tier, which has ended. Such apps are reported to get the "
            "same answer since 28 February 2026."
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
    "Other programs or sign-ins use them, or the system reserves them. Close one of these, add a "
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
    "The system reserves port {port} of this computer for something else.",
    "Give the app a callback with another port, in X's console too, or use a PIN.",
    (
        "Windows has reserved it, for Hyper-V or Docker for example.",
        "Another program uses it exclusively.",
    ),
    Remedy.USE_PIN,
)
CALLBACK_ELSEWHERE = ErrorTemplate(
    ProblemKind.CALLBACK_NEEDS_PIN,
    "Twauth cannot listen at this app's callback address.",
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
    "Twauth does not know the reason. Nothing was changed. Try again, or copy the report.",
    remedy=Remedy.TRY_AGAIN,
)

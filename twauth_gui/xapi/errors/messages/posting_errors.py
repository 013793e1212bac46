"""Messages for X's error responses to posts, replies, likes, messages and media.

The errors are documented by X (docs.x.com, "Response codes"; the changelog of 2026) or appear in
public threads of tweepy, node-twitter-api-v2, xurl and x-ruby. What only users report is worded as
a report.
"""

from __future__ import annotations

from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.xapi.errors.error_template import ErrorTemplate

# Text.

DUPLICATE = ErrorTemplate(
    ProblemKind.POST_DUPLICATE,
    "This account posted the same text recently.",
    "Change the text, then post again. The credentials are fine.",
    (
        "The bot retried after a time-out, and the first post is online.",
        "Two copies of the bot run at once.",
    ),
    Remedy.OPEN_X,
)
TOO_LONG = ErrorTemplate(
    ProblemKind.POST_TOO_LONG,
    "The post is too long.",
    "Shorten it to 280 characters as X counts them: every link counts as 23, an emoji or a "
    "Chinese, Japanese or Korean character as 2. The credentials are fine.",
    ("Longer posts need X Premium for the posting account.",),
)
CASHTAGS = ErrorTemplate(
    ProblemKind.POST_NOT_ACCEPTED,
    "The post has more than one cashtag.",
    "X accepts one $SYMBOL per post through the API. Write the others without the $.",
)
BAD_LINK = ErrorTemplate(
    ProblemKind.POST_NOT_ACCEPTED,
    "X does not accept a link in the post.",
    "Remove the link or write it in full, starting with https://.",
    ("X blocks the address as harmful.", "The link contains characters that no address has."),
)
ATTACHMENTS = ErrorTemplate(
    ProblemKind.POST_NOT_ACCEPTED,
    "The post has too many kinds of attachments.",
    "A post can have up to four images, or one GIF, or one video, or one poll, or one quoted post.",
)
INVALID_REQUEST = ErrorTemplate(
    ProblemKind.POST_NOT_ACCEPTED,
    "X did not understand what the bot sent.",
    "A value in the request is missing or malformed. X's answer usually names it under "
    "“parameters” or “message”. The credentials are fine.",
    ("The text is empty.", "An id was sent as a number instead of as text."),
)
LINK_COSTS = ErrorTemplate(
    ProblemKind.NO_CREDITS,
    "The app's credits do not cover this post.",
    "Add credits in X's console. A post with a link costs $0.20, one without $0.015, since "
    "20 April 2026. The credentials themselves are fine.",
    ("Calls that only read may still work: they cost less.",),
    Remedy.OPEN_CONSOLE,
)

# Replies and quotes.

REPLY_NOT_ALLOWED = ErrorTemplate(
    ProblemKind.REPLY_NOT_ALLOWED,
    "X does not let this account reply here through the API.",
    "Since 23 February 2026 a reply through the API needs the author's invitation: the author has "
    "to mention the account or quote its post. Replies to the account's own posts work. Reply by "
    "hand on x.com instead.",
    (
        "The author has limited who can reply.",
        "The mention is in another post of the thread: reply to that one.",
    ),
    Remedy.OPEN_X,
)
QUOTE_NOT_ALLOWED = ErrorTemplate(
    ProblemKind.REPLY_NOT_ALLOWED,
    "X does not let this account quote this post through the API.",
    "Since 23 February 2026 the API quotes only posts that mention the account or that it wrote. "
    "Quote by hand on x.com instead.",
    ("Some users report that a post with the other post's address at its end still goes through.",),
    Remedy.OPEN_X,
)
POST_GONE = ErrorTemplate(
    ProblemKind.POST_NOT_FOUND,
    "X cannot find the post.",
    "Check its id. The post may be deleted, or hidden from this account.",
    (
        "The author's posts are protected.",
        "The author has blocked this account.",
        "The id lost digits: JavaScript rounds ids that are kept as numbers.",
    ),
)
NOT_VISIBLE = ErrorTemplate(
    ProblemKind.POST_NOT_FOUND,
    "This account is not allowed to see the post.",
    "Its author protects their posts. Follow the author with this account, or skip the post.",
    remedy=Remedy.OPEN_X,
)
BLOCKED = ErrorTemplate(
    ProblemKind.BLOCKED,
    "The author has blocked this account.",
    "The bot cannot reply to, repost or like the author's posts. Skip them.",
)
TARGET_SUSPENDED = ErrorTemplate(
    ProblemKind.POST_NOT_FOUND,
    "X has suspended the account that the call is about.",
    "Skip that account.",
    ("It is the bot's own account: sign in on x.com to see.",),
    Remedy.OPEN_X,
)
TARGET_MISSING = ErrorTemplate(
    ProblemKind.POST_NOT_FOUND,
    "X cannot find the account that the call is about.",
    "Check the handle or the user ID. The account may be renamed, deactivated or deleted.",
)
ALREADY_DONE = ErrorTemplate(
    ProblemKind.ALREADY_DONE,
    "This is already done: reposted, liked or followed.",
    "Nothing needs to be done. Make the bot go on when it gets this answer.",
)

# Account.

LOOKS_AUTOMATED = ErrorTemplate(
    ProblemKind.LOOKS_AUTOMATED,
    "X takes this for spam.",
    "Stop posting for a few hours, then post more slowly and with more variety. Sign in on x.com "
    "to see whether X asks for something.",
    (
        "The account is new, or posts very often.",
        "Posts with the same links or mentions were sent one after another.",
        "X asks automated accounts to carry the automated label: Settings on x.com, Your account.",
    ),
    Remedy.OPEN_X,
)
POSTING_LIMIT = ErrorTemplate(
    ProblemKind.POSTING_LIMIT,
    "This account has reached X's limit for posts.",
    "X counts posts over several hours and over the day, and does not say when more are allowed. "
    "Wait a few hours, then post less often.",
    ("Posts by hand and by other apps count too.",),
)
FOLLOW_LIMIT = ErrorTemplate(
    ProblemKind.POSTING_LIMIT,
    "This account cannot follow more accounts now.",
    "X limits how many accounts an account may follow per day and in total. Wait a day.",
)
NOT_PERMITTED = ErrorTemplate(
    ProblemKind.APP_NOT_PERMITTED,
    "X does not allow this and does not say why.",
    "Check in this order: the account on x.com, then the app's permissions, plan and credits in "
    "X's console.",
    (
        "The account is locked or limited: sign in on x.com to see.",
        "The sign-in can only read: set the app to read and write, then sign in again.",
        "The post breaks a rule of X, or is a reply that the author did not invite.",
        "The app's plan has ended, or its credits are used up. This is reported, not documented.",
    ),
    Remedy.OPEN_X,
)

# Direct messages.

MESSAGE_NOT_ALLOWED = ErrorTemplate(
    ProblemKind.MESSAGE_NOT_ALLOWED,
    "This account is not allowed to send messages to that account.",
    "The other account takes messages only from those it follows, or has blocked this one. Wait "
    "for a message from it, or skip it.",
    (
        "The other account does not follow this one.",
        "This account is not verified, and the other takes messages from verified accounts only.",
    ),
)
MESSAGE_TOO_LONG = ErrorTemplate(
    ProblemKind.POST_TOO_LONG,
    "The direct message is too long.",
    "X accepts up to 10,000 characters. Shorten it.",
)
MESSAGE_FAILED = ErrorTemplate(
    ProblemKind.MESSAGE_NOT_ALLOWED,
    "X did not send the direct message.",
    "X's answer says why, after “error sending your message”.",
    ("The message is a duplicate.", "The account has sent too many messages today."),
)

# Media.

MEDIA_INVALID = ErrorTemplate(
    ProblemKind.MEDIA_REFUSED,
    "X does not accept the post's media.",
    "Upload the file again and wait until X has processed it, then post with the new id.",
    (
        "The id is older than 24 hours, or belongs to another account or app.",
        "The video is outside X's limits: H.264 with AAC sound, 60 frames a second at most.",
        "It was uploaded to the old address, upload.twitter.com: use /2/media/upload.",
        "Some users report that uploads with OAuth 1.0a are refused and those with OAuth 2.0 work.",
    ),
)
MEDIA_TYPE = ErrorTemplate(
    ProblemKind.MEDIA_REFUSED,
    "X does not recognise the type of the file.",
    "Send JPEG, PNG, GIF, WEBP or MP4, with the matching media_type, and videos in chunks.",
    (
        "The file is empty or incomplete.",
        "The old upload address was used: it ended on 9 June 2025. Use /2/media/upload.",
    ),
)
MEDIA_TOO_BIG = ErrorTemplate(
    ProblemKind.MEDIA_REFUSED,
    "The file is too big for X.",
    "Images can have up to 5 MB, GIFs 15 MB, videos 512 MB. Make it smaller, and send videos in "
    "chunks.",
)
MEDIA_PROCESSING = ErrorTemplate(
    ProblemKind.MEDIA_REFUSED,
    "X could not process the file.",
    "Convert it, for videos to MP4 with H.264 and AAC, then upload it again.",
    ("The file is damaged.", "The frame rate, length or size is outside X's limits."),
)
MEDIA_TOO_LONG = ErrorTemplate(
    ProblemKind.MEDIA_REFUSED,
    "The video is too long for this account.",
    "Shorten it. How long videos can be depends on the account: X Premium allows longer ones.",
)
MEDIA_OLD_ADDRESS = ErrorTemplate(
    ProblemKind.MEDIA_REFUSED,
    "The bot uploads media to an address that X has shut down.",
    "X shut down upload.twitter.com/1.1/media/upload.json on 9 June 2025. Make the bot upload to "
    "/2/media/upload: a newer version of its library does.",
    ("Some users report that it still answers: access to it differs by account.",),
)
MEDIA_SCOPE = ErrorTemplate(
    ProblemKind.READ_ONLY,
    "This sign-in is not allowed to upload media.",
    "Sign in again with OAuth 2.0 and the scope media.write.",
    ("The app can only read: set it to read and write first.",),
    Remedy.SIGN_IN_OAUTH2,
)

"""Names of X and of other services, by which a file says whose a key is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

X_WORDS = frozenset({"twitter", "x", "tw", "twtr", "tweepy", "rtweet", "tweet", "tweets", "twttr"})
"""Words that stand for X. One letter counts only as a word of its own: X_API_KEY."""

SERVICES = {
    "Airtable": "airtable",
    "Alpaca": "alpaca",
    "Anthropic": "anthropic claude",
    "Auth0": "auth0",
    "AWS": "aws amazon dynamodb s3",
    "Azure": "azure",
    "Binance": "binance",
    "Bitbucket": "bitbucket",
    "Bitly": "bitly",
    "Bluesky": "bluesky bsky atproto",
    "BrickLink": "bricklink",
    "Cloudflare": "cloudflare",
    "Cloudinary": "cloudinary",
    "Cohere": "cohere",
    "Coinbase": "coinbase",
    "DeepSeek": "deepseek",
    "DeviantArt": "deviantart",
    "Discogs": "discogs",
    "Discord": "discord",
    "Discourse": "discourse",
    "Dropbox": "dropbox",
    "E*TRADE": "etrade",
    "ElevenLabs": "elevenlabs",
    "Etsy": "etsy",
    "Evernote": "evernote",
    "Facebook": "facebook fb",
    "FatSecret": "fatsecret",
    "Firebase": "firebase",
    "Fitbit": "fitbit",
    "Flickr": "flickr",
    "Foursquare": "foursquare",
    "Garmin": "garmin",
    "Giphy": "giphy",
    "GitHub": "github gh",
    "GitLab": "gitlab",
    "Gnip": "gnip",
    "Goodreads": "goodreads",
    "Google": "google gcp gmail gemini",
    "Groq": "groq",
    "Hatena": "hatena",
    "Heroku": "heroku",
    "HubSpot": "hubspot",
    "Hugging Face": "huggingface hf",
    "Imgur": "imgur",
    "Instagram": "instagram insta ig",
    "Instapaper": "instapaper",
    "Jira": "jira atlassian",
    "Kraken": "kraken",
    "Last.fm": "lastfm",
    "LinkedIn": "linkedin",
    "Magento": "magento",
    "Mailchimp": "mailchimp",
    "Mailgun": "mailgun",
    "Mastodon": "mastodon masto toot pleroma misskey fediverse gotosocial",
    "MediaWiki": "mediawiki wikipedia wikimedia",
    "Medium": "medium",
    "Meetup": "meetup",
    "Mistral": "mistral",
    "NetSuite": "netsuite",
    "NewsAPI": "newsapi",
    "Nostr": "nostr",
    "Notion": "notion",
    "Noun Project": "nounproject",
    "OpenAI": "openai chatgpt gpt",
    "OpenRouter": "openrouter",
    "OpenStreetMap": "openstreetmap",
    "OpenWeather": "openweather openweathermap",
    "Patreon": "patreon",
    "PayPal": "paypal",
    "Perplexity": "perplexity",
    "Pinterest": "pinterest",
    "Pixiv": "pixiv",
    "Plurk": "plurk",
    "QuickBooks": "quickbooks intuit",
    "Reddit": "reddit praw",
    "Salesforce": "salesforce",
    "Schwab": "schwab",
    "SendGrid": "sendgrid",
    "Sentry": "sentry",
    "Shopify": "shopify",
    "Slack": "slack",
    "SmugMug": "smugmug",
    "Snapchat": "snapchat",
    "SoundCloud": "soundcloud",
    "Splitwise": "splitwise",
    "Spotify": "spotify",
    "Strava": "strava",
    "Stripe": "stripe",
    "Supabase": "supabase",
    "Telegram": "telegram tg",
    "Threads": "threads",
    "TikTok": "tiktok",
    "Trakt": "trakt",
    "Trello": "trello",
    "Tumblr": "tumblr",
    "Twilio": "twilio",
    "Twitch": "twitch",
    "Unsplash": "unsplash",
    "Upwork": "upwork",
    "Vimeo": "vimeo",
    "VK": "vk vkontakte",
    "Weibo": "weibo",
    "WhatsApp": "whatsapp",
    "Withings": "withings",
    "WooCommerce": "woocommerce woo",
    "WordPress": "wordpress wp",
    "xAI": "xai grok",
    "Xero": "xero",
    "XING": "xing",
    "Yelp": "yelp",
    "YouTube": "youtube yt",
    "Zoom": "zoom",
    "Zotero": "zotero",
}
_HOSTS = frozenset({
    "AWS", "Azure", "Bitbucket", "Cloudflare", "Firebase", "GitHub", "GitLab", "Google", "Heroku",
    "Supabase",
})  # fmt: skip
_MOST_HEADING_WORDS = 3
OTHER_SERVICES = {word: name for name, words in SERVICES.items() for word in words.split()}
"""Each word of another service, with the service's name."""


def names_x(words: Sequence[str]) -> bool:
    """Whether one of the words of a name stands for X."""
    return not X_WORDS.isdisjoint(words)


def find_holder_service(words: Sequence[str]) -> str:
    """Return the other service that a section or object around a value names, or "".

    A host of programs counts only by its own name: X's keys lie in an aws_lambda_function.
    """
    service = find_other_service(words)
    return "" if service in _HOSTS and len(words) > 1 else service


def find_named_service(words: Sequence[str]) -> str:
    """Return the other service that a heading of few words names; no host of programs, or ""."""
    service = find_other_service(words) if len(words) <= _MOST_HEADING_WORDS else ""
    return "" if service in _HOSTS else service


def find_other_service(words: Sequence[str]) -> str:
    """Return the other service that a name mentions, or "".

    Two words count as one too: Last FM, Blue Sky. NEWS_API_KEY names an account.
    """
    for word in words:
        if word in OTHER_SERVICES:
            return OTHER_SERVICES[word]
    for one, other in pairwise(words):
        if other != "api" and one + other in OTHER_SERVICES:
            return OTHER_SERVICES[one + other]
    return ""

"""Twauth: signs X bot accounts in, keeps their credentials, hands them over."""

__version__ = "0.1.0"

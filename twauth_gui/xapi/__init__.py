"""All calls to X, over tweepy, with the diagnoses of their failures."""

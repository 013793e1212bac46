"""Everything said to X, over tweepy."""

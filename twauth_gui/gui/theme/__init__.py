"""The look: tokens, measures, painting."""

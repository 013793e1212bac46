"""The look: colours, measures, icons, painting."""

"""The words that fold many points into one value."""

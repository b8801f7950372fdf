"""The names that read and write know."""

"""The words that a pipeline ends with."""

"""The words that a pipeline begins with."""

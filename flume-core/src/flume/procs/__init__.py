"""The words that turn points into points."""

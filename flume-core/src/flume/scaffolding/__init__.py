"""Scaffolding: the package of a new plugin, written from templates, complete and tested as it is."""

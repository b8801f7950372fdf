"""Compressions: one file each."""

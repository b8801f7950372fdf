"""What draws charts."""

"""pygal pictures for flume."""

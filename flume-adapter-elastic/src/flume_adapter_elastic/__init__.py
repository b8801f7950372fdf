"""Elasticsearch for flume."""

"""A real Elasticsearch to test with, and to try flume with: started for it, and gone afterwards."""

from __future__ import annotations

from flume_adapter_elastic.testing.elasticsearch import Elasticsearch
from flume_adapter_elastic.testing.installation import InstallationError
from flume_adapter_elastic.testing.proxy import Proxy
from flume_adapter_elastic.testing.server import Server, ServerError

__all__ = ["Elasticsearch", "InstallationError", "Proxy", "Server", "ServerError"]

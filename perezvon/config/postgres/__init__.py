"""The embedded PostgreSQL: found, started, adopted and stopped by our own supervisor."""

from perezvon.config.postgres.cluster import Cluster, PostgresFailed

__all__ = ["Cluster", "PostgresFailed"]

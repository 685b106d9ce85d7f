"""Sockets, pipes and standard streams; who may come in."""

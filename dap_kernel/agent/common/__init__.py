"""What needs nothing of ours but the wire: objects looked at safely, paths, locks, signal handlers."""

"""Debug notebooks and scripts from any Debug Adapter Protocol client."""

"""The package's own client of DAP."""

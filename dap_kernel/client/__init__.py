"""A client of the Debug Adapter Protocol, for all in this package that are one."""

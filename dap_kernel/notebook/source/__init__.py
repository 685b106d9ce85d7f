"""Python source as text: lines, magics, syntax, names, whatever Python runs the server."""

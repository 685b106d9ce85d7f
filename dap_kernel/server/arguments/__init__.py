"""The arguments of `launch` and `attach`, read and judged."""

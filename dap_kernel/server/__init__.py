"""The debug session: what a client asks, answered with documents and a kernel. Nobody of ours imports it."""

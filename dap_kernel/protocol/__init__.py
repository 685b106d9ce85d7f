"""The Debug Adapter Protocol as data and bytes. It knows no notebook, no kernel and no I/O."""

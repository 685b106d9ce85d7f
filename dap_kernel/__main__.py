"""`python -m dap_kernel`. It knows nothing but where the command line is."""

from .cli import main

if __name__ == "__main__":
    raise SystemExit(main())

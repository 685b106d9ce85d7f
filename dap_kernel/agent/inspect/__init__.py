"""What a stop shows: scopes, variables, values, completions, exceptions."""

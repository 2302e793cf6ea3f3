"""What torch and paddle layers compute, as measured on torch 2.13.0 and paddle 3.3.1."""

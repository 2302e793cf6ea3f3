"""The lint: differences in configuration, named before any number is compared."""

"""Small files people write and edit: tolerance rules and layer maps, in TOML."""

"""The small files people write and edit."""

"""What an alignment found, and the ways to show it: text, terminal, Markdown."""

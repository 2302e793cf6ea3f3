"""What `padiff doctor` looks at: what is installed, and the trouble that is known of it."""

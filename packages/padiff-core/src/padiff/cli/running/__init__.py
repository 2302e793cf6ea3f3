"""What `padiff run` does before it compares: two commands, each in a process of its own."""

"""What `padiff compare` and `padiff run` share: comparing recorded runs, judging, telling of it."""

"""Two recorded runs, and a recorded base beside a live raw."""

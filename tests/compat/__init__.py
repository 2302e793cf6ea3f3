"""Scripts written for PaDiff."""

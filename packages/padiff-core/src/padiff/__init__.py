"""Carry weights between deep-learning frameworks, and find where two models part."""

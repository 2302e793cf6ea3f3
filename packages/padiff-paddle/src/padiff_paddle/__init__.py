"""Paddle layers behind the protocols of padiff."""

"""Inputs that nobody foresaw, for what this project parses itself: see benchmarks/fuzz.py."""

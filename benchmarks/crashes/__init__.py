"""Faults put upon a live index, and the proof that it comes back whole. See benchmarks/crash.py."""

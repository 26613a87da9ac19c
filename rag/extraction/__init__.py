"""Structured data out of one document: its text, tables, numbers, key points, and JSON."""

"""Fitting the support score to the user's own documents."""

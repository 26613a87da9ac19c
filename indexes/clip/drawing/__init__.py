"""Synthetic figures of documents, each with what is true of it: the training data of the CLIP.

No picture from outside goes in: every pixel is drawn here, from a seed.
"""

"""A small CLIP for figures of documents: its data, its training, its weights.

The text tower is all-MiniLM-L6-v2, locked; the image tower is a small vision transformer that
learns to land in its space (locked-image tuning the other way round: Zhai et al., "LiT",
arXiv 2111.07991). What the image tower learns from is drawn by `indexes.clip.drawing`.
"""

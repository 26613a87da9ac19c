"""Proof of an answer: which evidence it needed, and a bundle that can be checked later.

`need` answers again without each cited piece. `bundle_write` puts an answer and all that it rests
on into one file; `recheck` compares such a file with the documents, with no model and no index.
"""

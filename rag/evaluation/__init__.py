"""Questions with known answers: what is found, answered, refused and proven, measured."""

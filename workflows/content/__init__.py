"""One content type a file: what an item says, validated where it enters."""

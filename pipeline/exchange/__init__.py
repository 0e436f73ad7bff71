"""A night in the formats of other programs, each read back before it counts."""

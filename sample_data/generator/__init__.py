"""Writes the sample trial: an invented story (tables in ../story) told as SDTM."""

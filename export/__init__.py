"""Displays as files: PNG, SVG, CSV and XLSX, each saying in itself what it is."""

from export.formats import FORMATS, Format, write
from export.images import ImagesUnavailable, images_available

__all__ = ["FORMATS", "Format", "ImagesUnavailable", "images_available", "write"]

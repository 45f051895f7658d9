"""Displays as files: PNG, SVG, CSV and XLSX, each saying in itself what it is."""

from export.files import FORMATS, write
from export.images import ImagesUnavailable, images_available

__all__ = ["FORMATS", "ImagesUnavailable", "images_available", "write"]

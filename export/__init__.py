"""Displays as files: PNG, SVG, CSV and XLSX, and a subject's profile as PDF, each saying in itself what it is."""

from export.formats import FORMATS, Format, write
from export.images import ImagesUnavailable, images_available
from export.profile import profile

__all__ = ["FORMATS", "Format", "ImagesUnavailable", "images_available", "profile", "write"]

"""Displays as files: PNG, SVG, CSV and XLSX, and a subject's profile as PDF, each saying in itself what it is."""

from export.browser import PAINTER, ImagesUnavailable, images_available
from export.formats import FORMATS, Format, write
from export.profile import profile

__all__ = ["FORMATS", "PAINTER", "Format", "ImagesUnavailable", "images_available", "profile", "write"]

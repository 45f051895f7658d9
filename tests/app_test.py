"""Streamlit's own test runner; what components are installed is looked up once, not at each run of a page."""

from __future__ import annotations

from functools import lru_cache

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

__all__ = ["AppTest"]

manifest_scanner.scan_component_manifests = lru_cache(manifest_scanner.scan_component_manifests)

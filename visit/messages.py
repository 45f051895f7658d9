"""What the messages of a browser say, on their way to Streamlit."""

from __future__ import annotations

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

OF_A_READER = ("rerun_script", "stop_script", "file_urls_request", "app_heartbeat")
OPERATIONS = ("dataframe_chunk",)
"""What a page asks of the server between two runs; the others make files for a download or write beside the program."""


def is_click(message: bytes) -> bool:
    """Whether a browser's message comes of what its reader did: a pack in the making is looked at every second."""
    told = _told(message)
    return told.WhichOneof("type") not in (None, "app_heartbeat") and not told.rerun_script.is_auto_rerun


def page_of(message: bytes) -> str:
    """The page for which a browser's message asks, as an address names it; empty where it asks for none."""
    told = _told(message)
    return told.rerun_script.page_name or "a page" if told.WhichOneof("type") == "rerun_script" else ""


def is_of_a_reader(message: bytes) -> bool:
    """Whether a browser's message is one that a page of the dashboard sends; others empty caches or end the server."""
    told = _told(message)
    operation = told.backend_operation_request.WhichOneof("payload")
    return told.WhichOneof("type") in OF_A_READER or operation in OPERATIONS


def _told(message: bytes) -> BackMsg:
    """What a browser's message says; nothing where it is none."""
    try:
        return BackMsg.FromString(message)
    except DecodeError:
        return BackMsg()

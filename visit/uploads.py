"""Files that a browser hands in: Streamlit holds them in memory until a session ends, of whoever names the session."""

from __future__ import annotations

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from visit.who import USER


def is_session_of(session: str, visit: str) -> bool:
    """Whether a session of Streamlit is connected and belongs to a visit."""
    found = runtime.get_instance()._session_mgr.get_active_session_info(session)
    return found is not None and bool(visit) and found.session.matches_user_info({USER: visit})


def files_held(session: str) -> int:
    """How many files Streamlit holds of a session."""
    return len(runtime.get_instance().uploaded_file_mgr.file_storage.get(session, ()))


def forget_file(file: UploadedFile) -> None:
    """A file that was read need not be held any longer."""
    run = get_script_run_ctx()
    if run is not None:
        run.uploaded_file_mgr.remove_file(session_id=run.session_id, file_id=file.file_id)

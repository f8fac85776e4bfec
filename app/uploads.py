"""Uploads stay in memory: nothing that a shopper gives is written to disk, not for a moment."""

from typing import Final

LARGEST_PICTURE: Final = 10 * 1024 * 1024
"""Bytes of one file that the page and the API take; as `server.maxUploadSize`. In base64 it stays
under Streamlit's 25 MB a message."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes; well above server.maxUploadSize with what a form puts around a file."""


def keep_uploads_in_memory() -> None:
    """Keep the server's form parser from spooling to a temporary file.

    Starlette, which Streamlit serves with, writes every uploaded file above 1 MB into one.
    """
    from starlette.formparsers import MultiPartParser

    MultiPartParser.spool_max_size = LARGEST

"""What this process may do with a folder, before it tries."""

import os
from pathlib import Path


def may_write(folder: Path) -> bool:
    """Whether files can be made there: permissions allow it, and the file system is no read-only
    one, where not even root may."""
    return os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids)

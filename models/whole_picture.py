"""What stands in where no product detector is set up."""

from models.types import Photo, Region

TURNED_OFF = "no product detector is set up: draw a box around the product to search for it alone"
NOT_HERE = (
    "the product detector is missing or damaged on this machine (`shoplens doctor` tells more): "
    "draw a box around the product to search for it alone"
)


class WholePicture:
    """Finds nothing, so the whole picture is searched, or the box that a person draws."""

    fingerprint = "none"

    def regions(self, photo: Photo) -> list[Region]:
        return []

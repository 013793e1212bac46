"""Draw the icons of the programs from resources/twauth.svg: .icns for macOS, .ico for Windows.

python packaging/release/icons.py FILE…    write each, in the format that its ending names
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE = Path(__file__).parents[2] / "resources" / "twauth.svg"
WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
"""Pixels: small, medium, large and extra large at scales of 100 to 200 %."""
MACOS_SIZES = (32, 64, 128, 256, 512, 1024)
"""Pixels: the sizes of an icon set; macOS draws those of 16 pixels from the one of 32."""
MACOS_SHARE = 824 / 1024
"""What an icon's body has of the picture, so that it is as large as its neighbours in the Dock."""


def draw_icon(pixels: int, share: float = 1.0) -> Image.Image:
    """Return a square picture of this side with the icon in its middle.

    share: what the icon has of the side.
    """
    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    side = pixels * share
    edge = (pixels - side) / 2
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter, QRectF(edge, edge, side, side))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return Image.open(io.BytesIO(buffer.data().data()))


def write_icon(path: Path) -> None:
    """Write the icon in the format of the file's ending.

    Raises:
        ValueError: it is neither .icns nor .ico.
    """
    if path.suffix not in {".icns", ".ico"}:
        raise ValueError(f"{path.name} is neither .icns nor .ico")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".icns":
        *smaller, largest = (draw_icon(pixels, MACOS_SHARE) for pixels in MACOS_SIZES)
        largest.save(path, append_images=smaller)
    else:
        *smaller, largest = (draw_icon(pixels) for pixels in WINDOWS_SIZES)
        sizes = [picture.size for picture in (*smaller, largest)]
        largest.save(path, append_images=smaller, sizes=sizes)


def main(names: Sequence[str]) -> int:
    """Write the icons that are named; return the exit code."""
    for name in names:
        write_icon(Path(name))
    return 0 if names else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What happens between a thing and its picture: light, lens, sensor, compression."""

import cv2
import numpy as np

from indexer.detector_training.scene import Floats, Pixels, Random, floats


def photographed(pixels: Pixels, random: Random, strength: float) -> Pixels:
    """The picture as a phone would have taken it; boxes stay where they are.

    Args:
        strength: 0 leaves all but a little compression, 1 is a bad phone in bad light.
    """
    picture = floats(pixels)
    height, width = pixels.shape[:2]
    if random.random() < 0.7 * strength:
        picture = _lit(picture, random, strength)
    if random.random() < 0.5 * strength:
        deviation = random.uniform(0.4, 0.6 + 1.6 * strength) * max(height, width) / 416
        picture = floats(cv2.GaussianBlur(picture, (0, 0), deviation))
    if random.random() < 0.2 * strength:
        picture = _shaken(picture, random)
    if random.random() < 0.6 * strength:
        noise = random.normal(0, random.uniform(1, 2 + 14 * strength), (height, width, 3))
        picture += noise.astype(np.float32)
    sharp = np.clip(picture, 0, 255).astype(np.uint8)
    quality = int(random.integers(round(88 - 60 * strength), 96))
    _, coded = cv2.imencode(".jpg", sharp, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def recoloured(cutout: Pixels, random: Random, hue: float) -> Pixels:
    """A cut-out in another light; `hue` is how far its hue may turn, 0 to 1 of the circle."""
    hsv = cv2.cvtColor(cutout[..., :3], cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + random.uniform(-90, 90) * hue) % 180
    hsv[..., 1] *= random.uniform(0.7, 1.3)
    hsv[..., 2] = 255 * (hsv[..., 2] / 255) ** random.uniform(0.7, 1.5) * random.uniform(0.75, 1.1)
    colours = cv2.cvtColor(np.clip(hsv, 0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB)
    return np.dstack([colours, cutout[..., 3]])


def _lit(picture: Floats, random: Random, strength: float) -> Floats:
    """A cast, an exposure and a light that falls from one side."""
    height, width = picture.shape[:2]
    cast = random.uniform(1 - 0.15 * strength, 1 + 0.15 * strength, 3).astype(np.float32)
    exposure = random.uniform(1 - 0.7 * strength, 1 + 0.3 * strength)
    picture = floats(255 * (picture / 255) ** random.uniform(0.75, 1.4) * cast * exposure)
    if random.random() < 0.5:
        turn = random.uniform(0, 2 * np.pi)
        ramp = np.cos(turn) * np.linspace(-1, 1, width)[None] + np.sin(turn) * np.linspace(
            -1, 1, height
        ).reshape(-1, 1)
        picture = picture * floats(1 + 0.4 * strength * ramp[..., None])
    return floats(np.clip(picture, 0, 255))


def _shaken(picture: Floats, random: Random) -> Floats:
    length = int(random.integers(3, 9))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), random.uniform(0, 180), 1)
    kernel = floats(cv2.warpAffine(kernel, turn, (length, length)))
    return floats(cv2.filter2D(picture, -1, kernel / max(float(kernel.sum()), 1e-6)))

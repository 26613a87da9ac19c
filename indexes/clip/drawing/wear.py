"""What happens to figures on their way into documents: margins, scans, JPEG, low resolution."""

from __future__ import annotations

import io
import random

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps


def worn(random_: random.Random, picture: Image.Image) -> Image.Image:
    """The picture, RGB, as it may be found: most are clean, some are scanned or photographed."""
    picture = _framed(random_, picture)
    if random_.random() < 0.12:
        picture = _scanned(random_, picture)
    if random_.random() < 0.10:
        picture = _low_resolution(random_, picture)
    if random_.random() < 0.06:
        picture = ImageOps.invert(picture)
    if random_.random() < 0.08:
        picture = ImageOps.grayscale(picture).convert("RGB")
    if random_.random() < 0.25:
        picture = _compressed(random_, picture)
    return picture


def _framed(random_: random.Random, picture: Image.Image) -> Image.Image:
    """With more margin, or with a little less, as crops have it."""
    width, height = picture.size
    chance = random_.random()
    if chance < 0.25:
        ground = picture.getpixel((1, 1))
        margin = [int(random_.uniform(0, 0.12) * side) for side in (width, height, width, height)]
        left, top, right, bottom = margin
        framed = Image.new("RGB", (width + left + right, height + top + bottom), ground)
        framed.paste(picture, (left, top))
        if random_.random() < 0.2:
            framed = ImageOps.expand(framed, 2, random_.choice(["black", "gray", "#bbbbbb"]))
        return framed
    if chance < 0.45:
        cut = [random_.uniform(0, 0.06) for _ in range(4)]
        return picture.crop(
            (
                int(cut[0] * width),
                int(cut[1] * height),
                int((1 - cut[2]) * width),
                int((1 - cut[3]) * height),
            )
        )
    return picture


def _scanned(random_: random.Random, picture: Image.Image) -> Image.Image:
    """Slightly turned, grey or yellowish, noisy, uneven light."""
    paper = random_.choice([(255, 255, 255), (246, 241, 228), (236, 236, 236)])
    turned = picture.rotate(
        random_.gauss(0, 1.5), Image.Resampling.BILINEAR, expand=True, fillcolor=paper
    )
    if random_.random() < 0.5:
        turned = ImageOps.grayscale(turned).convert("RGB")
    rng = np.random.default_rng(random_.getrandbits(32))
    pixels = np.asarray(turned, np.float32) * (np.array(paper, np.float32) / 255)
    light = np.linspace(1, random_.uniform(0.8, 1), turned.width, dtype=np.float32)[None, :, None]
    noise = rng.normal(0, random_.uniform(2, 12), pixels.shape[:2]).astype(np.float32)[..., None]
    scanned = Image.fromarray(np.clip(pixels * light + noise, 0, 255).astype(np.uint8))
    if random_.random() < 0.3:
        scanned = ImageEnhance.Contrast(scanned).enhance(random_.uniform(1.2, 2.5))
    return scanned.filter(ImageFilter.GaussianBlur(random_.uniform(0, 1)))


def _low_resolution(random_: random.Random, picture: Image.Image) -> Image.Image:
    scale = random_.uniform(90, 200) / max(picture.size)
    if scale >= 1:
        return picture
    small = (max(8, int(picture.width * scale)), max(8, int(picture.height * scale)))
    return picture.resize(small, random_.choice([Image.Resampling.BILINEAR, Image.Resampling.BOX]))


def _compressed(random_: random.Random, picture: Image.Image) -> Image.Image:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=random_.randint(15, 80))
    return Image.open(data).convert("RGB")

"""Pictures: decoded, turned upright and written anew, so that only the picture itself is kept.

What cameras and attackers put beside it (place, device, comments, colour profiles, bytes behind the
end) does not survive.
"""

from __future__ import annotations

import io
from typing import IO

from PIL import Image, ImageCms, ImageOps

from registry.services.uploads.formats import Format, Refused
from registry.wording import Message

MAX_PIXELS = 40_000_000
MAX_SIDE = 16_000
"""Pixels of a side; WebP itself ends at 16 383."""
PREVIEW_SIDE = 1_200
PREVIEW_TYPE = "image/jpeg"
_NAMES = {Format.JPEG: "JPEG", Format.PNG: "PNG", Format.WEBP: "WEBP"}
_QUALITY = {"JPEG": {"quality": 90}, "PNG": {"compress_level": 6}, "WEBP": {"quality": 90}}
_DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
_TOO_MANY = Message("图片的像素太多，上限是 4000 万像素：请缩小后再上传。")


def rewritten(source: IO[bytes], kind: Format, target: IO[bytes]) -> None:
    """Decode a picture and write it to `target` in its own format. Raises Refused."""
    try:
        with Image.open(source, formats=[_NAMES[kind]]) as picture:
            _require_size(picture)
            # A phone's JPEG may hold several pictures (MPO); the first is the photo. Moving ones are something else.
            if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
                raise Refused(Message("动图不能上传：请另存为一张静止的图片。"))
            picture.load()
            upright = _plain(picture, alpha=kind != Format.JPEG)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_TOO_MANY) from None
    except Exception:
        # Decoders answer damage with a dozen kinds of errors; for the sender they mean one thing.
        raise Refused(Message("图片不完整或已损坏，无法打开：请重新拍摄或另存后再上传。")) from None
    upright.save(target, _NAMES[kind], **_QUALITY[_NAMES[kind]])


def _require_size(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise Refused(
            Message(
                "图片有 %(width)s × %(height)s 像素（约 %(pixels)s 万），上限是 4000 万像素：请缩小后再上传。",
                width=width,
                height=height,
                pixels=f"{width * height / 10_000:.0f}",
            )
        )
    if max(width, height) > MAX_SIDE:
        raise Refused(
            Message(
                "图片的一边有 %(side)s 像素，上限是 %(most)s：请缩小或裁开后再上传。",
                side=max(width, height),
                most=MAX_SIDE,
            )
        )


def _plain(picture: Image.Image, *, alpha: bool) -> Image.Image:
    """Upright pixels in sRGB without anything beside them."""
    profile = picture.info.get("icc_profile")
    # In place: each copy of a large picture takes as much memory as the picture.
    ImageOps.exif_transpose(picture, in_place=True)
    upright = picture
    if upright.mode in _DEEP:
        # Sixteen bits a pixel: scans and measuring cameras. Eight are what screens and paper show.
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    transparent = alpha and (upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info)
    mode = "RGBA" if transparent else "L" if upright.mode in ("1", "L") else "RGB"
    plain = _in_srgb(upright, profile) if profile and mode == "RGB" else upright
    if plain.mode != mode:
        plain = plain.convert(mode)
    made = Image.new(mode, plain.size)
    made.paste(plain)
    return made


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Colours of a wide or print colour space as screens show them; a broken profile is passed over."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return turned or picture


def preview_of(content: IO[bytes]) -> bytes:
    """A JPEG of at most 1200 × 1200 pixels of a picture."""
    with Image.open(content) as picture:
        picture.draft("RGB", (PREVIEW_SIDE, PREVIEW_SIDE))
        picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        shown = picture.convert("RGBA") if picture.mode != "L" else picture
        sheet = Image.new("RGB", shown.size, "white")
        sheet.paste(shown, mask=shown if shown.mode == "RGBA" else None)
    target = io.BytesIO()
    sheet.save(target, "JPEG", quality=82)
    return target.getvalue()

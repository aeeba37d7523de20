"""Uploaded pictures are drawn anew or refused: U01, U03, U04 of the trust catalogue, on files built here."""

import io
import os
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from spreekt.kernel.images import (
    LARGE_SIDE,
    MOST_BYTES,
    NotAPicture,
    PictureDamaged,
    PictureRefused,
    PictureTooLarge,
    redraw,
)

SECRET = b"SECRET-PLACE-50.8279"


def a_picture(kind="JPEG", size=(64, 48), mode="RGB", color="#24469c", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, color).save(out, kind, **options)
    return out.getvalue()


def opened(rendition) -> Image.Image:
    return Image.open(io.BytesIO(rendition.content))


def a_png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def a_png_that_says(width: int, height: int) -> bytes:
    rows = zlib.compress(b"\0" * 100_000, 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = a_png_chunk(b"IHDR", header) + a_png_chunk(b"IDAT", rows) + a_png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def an_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_two_sizes_of_webp(kind):
    picture = redraw(a_picture(kind, (2400, 1200)))

    assert (picture.large.width, picture.large.height) == (1600, 800)
    assert (picture.small.width, picture.small.height) == (480, 240)
    for rendition in (picture.large, picture.small):
        assert opened(rendition).format == "WEBP"
        assert opened(rendition).size == (rendition.width, rendition.height)


def test_a_small_photo_is_not_blown_up():
    assert (redraw(a_picture(size=(64, 48))).large.width, redraw(a_picture(size=(64, 48))).small.width) == (
        64,
        64,
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_colour_mode_of_a_png_is_drawn(mode):
    picture = redraw(a_picture("PNG", mode=mode, color=0 if mode in ("1", "L", "P", "I;16") else None))

    assert picture.large.width == 64


def test_transparency_stays():
    assert opened(redraw(a_picture("PNG", mode="RGBA", color=(0, 0, 0, 0))).large).mode == "RGBA"


def test_a_cmyk_jpeg_is_drawn():
    assert opened(redraw(a_picture(mode="CMYK", color=(0, 0, 0, 0))).large).mode == "RGB"


@pytest.mark.parametrize("turn", [3, 6, 8])
def test_a_photo_stands_upright(turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste("black", (0, 0, 30, 20))
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)

    upright = opened(redraw(out.getvalue()).large)

    corner = {3: (59, 39), 6: (39, 0), 8: (0, 59)}[turn]
    assert upright.size == ((60, 40) if turn == 3 else (40, 60))
    assert sum(upright.convert("RGB").getpixel(corner)) < 100


def with_metadata(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[0x1D] = SECRET.decode()
    options = {"exif": exif, "icc_profile": SECRET * 10, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", SECRET.decode())
        text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        options = {"exif": exif, "pnginfo": text}
    if kind == "JPEG":
        options["comment"] = SECRET
    upload = a_picture(kind, **options)
    return upload + (b"" if kind == "WEBP" else b"trailer " + SECRET)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_metadata_is_kept_in_any_size(kind):
    upload = with_metadata(kind)
    assert SECRET in upload

    picture = redraw(upload)

    for rendition in (picture.large, picture.small):
        assert SECRET not in rendition.content
        assert dict(opened(rendition).getexif()) == {}
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(opened(rendition).info)


HEADS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with declaration": b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg/>',
    "html": b"<html><script>alert(1)</script>",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "avif": b"\0\0\0\x18ftypavif",
    "pdf": b"%PDF-1.7",
    "zip": an_archive(),
    "script that says gif": b"GIF89a/*\0*/=1;alert(1)",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0",
    "wave": b"RIFF\x24\0\0\0WAVEfmt ",
    "nothing": b"",
    "one byte": b"\xff",
}


@pytest.mark.parametrize("upload", HEADS.values(), ids=HEADS.keys())
def test_other_files_are_refused_whatever_their_name(upload):
    with pytest.raises(NotAPicture, match="Kies een JPEG, PNG of WebP"):
        redraw(upload)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "ICO", "PPM", "JPEG2000"])
def test_other_kinds_of_picture_are_refused(kind):
    with pytest.raises(NotAPicture):
        redraw(a_picture(kind))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "other",
    [an_archive(), b"<script>alert(1)</script>", b"<!DOCTYPE html><p>", b"<?php x ?>", b"<SVG onload=a>"],
    ids=["zip", "script", "page", "php", "svg"],
)
def test_a_picture_that_is_also_something_else_is_refused(kind, other):
    with pytest.raises(NotAPicture, match="ander bestand"):
        redraw(a_picture(kind) + other)


def test_a_jpeg_that_is_also_a_pdf_is_refused():
    with pytest.raises(NotAPicture, match="ander bestand"):
        redraw(a_picture(comment=b"%PDF-1.4 1 0 obj"))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(50_000, 50_000), (2**31 - 1, 2**31 - 1), (10_000, 9_000), (50_000_001, 1)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn(size):
    bomb = a_png_that_says(*size)
    assert len(bomb) < 5_000
    tracemalloc.start()
    start = time.perf_counter()

    with pytest.raises(PictureTooLarge, match="megapixel"):
        redraw(bomb)

    assert time.perf_counter() - start < 2
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_moving_pictures_are_refused(kind):
    frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in range(0, 250, 5)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])

    with pytest.raises(NotAPicture, match="Bewegende"):
        redraw(out.getvalue())


def test_a_second_view_in_a_phone_picture_is_left_out():
    out = io.BytesIO()
    first, second = Image.new("RGB", (40, 30), "white"), Image.new("RGB", (20, 10), "black")
    first.save(out, "MPO", save_all=True, append_images=[second])

    assert (redraw(out.getvalue()).large.width, redraw(out.getvalue()).large.height) == (40, 30)


def test_a_jpeg_of_endless_scans_is_refused():
    with pytest.raises(PictureDamaged):
        redraw(a_picture() + b"\xff\xda" * 100)


def test_a_text_bomb_inside_a_png_is_refused():
    bomb = b"a\0\0" + zlib.compress(b"\0" * 80_000_000, 9)
    png = a_picture("PNG")
    with pytest.raises(PictureRefused):
        redraw(png[:33] + a_png_chunk(b"zTXt", bomb) + png[33:])


def test_a_heavy_file_is_refused_unread():
    with pytest.raises(PictureTooLarge, match="10 MB"):
        redraw(b"\xff\xd8\xff" + bytes(MOST_BYTES))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_refused(kind):
    out = io.BytesIO()
    Image.frombytes("RGB", (200, 200), os.urandom(120_000)).save(out, kind)
    upload = out.getvalue()

    with pytest.raises(PictureDamaged, match="Bewaar hem opnieuw"):
        redraw(upload[: len(upload) // 2])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.filterwarnings("ignore::UserWarning")
@given(changes=st.lists(st.tuples(st.integers(12, 600), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_damaged_picture_is_drawn_or_refused_but_never_trips_us(kind, changes):
    upload = bytearray(a_picture(kind, exif=Image.Exif()))
    for place, value in changes:
        upload[place % len(upload)] = value

    try:
        picture = redraw(bytes(upload), most_pixels=1_000_000)
    except PictureRefused:
        return
    assert max(picture.large.width, picture.large.height) <= LARGE_SIDE

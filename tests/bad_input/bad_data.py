"""Images and labels: idx, npy, npz, csv, and gz around them."""
import gzip
import io
import os
import struct
import zipfile
import zlib

import numpy

from cases import Case

ROWS = 40
IMAGES = numpy.arange(ROWS * 16, dtype=numpy.uint8).reshape(ROWS, 4, 4)
LABELS = (numpy.arange(ROWS) % 2).astype(numpy.uint8)
HUGE = 0xFFFFFFFF


def idx(array, kind=8):
    return bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def npy(array, **more):
    file = io.BytesIO()
    numpy.lib.format.write_array(file, array, **more)
    return file.getvalue()


def npy_header(descr, shape, order="False", version=(1, 0), content=b"", text=None):
    header = (text or f"{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {shape}, }}").encode("latin-1")
    length = struct.pack("<H" if version[0] == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes(version) + length + header + content


def npz(members, packed=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def csv(rows):
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


GOOD_ROWS = [[int(label), *image.ravel().tolist()] for image, label in zip(IMAGES, LABELS)]
GOOD_NPZ = {"x.npy": npy(IMAGES), "y.npy": npy(LABELS)}


def spec(images, labels=None, form="idx", more=""):
    named = f", labels: {{train: {labels}}}" if labels else ""
    return f"mlpsweep: 1\ndata: {{train: {images}, format: {form}{named}{more}}}\nmetric: train_loss\nbase: {{hidden: [4]}}\n"


def case(kind, name, form, images, *words, labels=None, more="", **rest):
    files = {"images": images, "s.yaml": spec("images", "labels" if labels is not None else None, form, more)}
    if labels is not None:
        files["labels"] = labels
    return Case(kind, name, ["plan", "s.yaml"], words, files, **rest)


def idx_cases():
    good, labels = idx(IMAGES), idx(LABELS)

    def images(kind, name, content, *words):
        return case(f"idx: {kind}", name, "idx", content, "images", *words, labels=labels)

    def bad_labels(kind, name, content, *words):
        return case(f"idx: {kind}", name, "idx", good, "labels", *words, labels=content)

    yield images("magic", "empty", b"", "found 0 bytes")
    yield images("magic", "two bytes", b"\0\0", "found 2 bytes")
    yield images("magic", "a picture", b"\x89PNG\r\n\x1a\n" + bytes(99), "expected an idx file", "137")
    yield images("magic", "text", b"label,pixel0\n1,2\n", "expected an idx file")
    yield images("magic", "little-endian", good[3::-1] + good[4:], "expected an idx file")
    yield images("magic", "no dimensions", b"\0\0\x08\0" + bytes(99), "expected an idx file")
    for kind in (0x09, 0x0B, 0x0C, 0x0D, 0x0E, 0x00, 0x07, 0xFF):
        yield images("type", f"{kind:#x}", idx(IMAGES, kind), "type", str(kind))
    yield images("dimensions", "255 of them, cut off", b"\0\0\x08\xff" + bytes(3), "cut short", "1024 bytes")
    yield images("dimensions", "255 of one", b"\0\0\x08\xff" + b"\0\0\0\1" * 255 + b"\7", "255 dimensions")
    yield images("dimensions", "overflow 64 bits", b"\0\0\x08\3" + struct.pack(">3I", HUGE, HUGE, HUGE), "more than memory")
    yield images("dimensions", "just below 2^64", b"\0\0\x08\2" + struct.pack(">2I", HUGE, HUGE), "cut short")
    yield images("dimensions", "wrap to a small product", b"\0\0\x08\3" + struct.pack(">3I", 1 << 31, 1 << 31, 4), "images")
    yield images("dimensions", "64 GB of a few bytes", b"\0\0\x08\3" + struct.pack(">3I", 1 << 20, 256, 256) + bytes(99), "cut short")
    yield images("dimensions", "no rows", b"\0\0\x08\3" + struct.pack(">3I", 0, 4, 4), "0 x 4 x 4")
    yield images("dimensions", "no width", b"\0\0\x08\3" + struct.pack(">3I", 4, 4, 0), "4 x 4 x 0")
    yield images("dimensions", "one", idx(LABELS), "1 dimensions")
    yield images("dimensions", "four", idx(IMAGES.reshape(ROWS, 2, 2, 4)), "4 dimensions")
    yield case("idx: dimensions", "too wide a row", "idx", b"\0\0\x08\2" + struct.pack(">2I", 2, (1 << 24) + 1) +
               bytes(2 * (1 << 24) + 2), "at most", labels=idx(LABELS[:2]))
    yield images("length", "a byte less", good[:-1], "cut short", str(len(good)), str(len(good) - 1))
    yield images("length", "a byte more", good + b"\0", f"expected {len(good)} bytes", "found more")
    yield images("length", "a header alone", good[:16], "cut short")
    yield images("length", "half a header", good[:9], "cut short", "header of 16 bytes")
    yield images("length", "a second array behind it", good + good, "found more")
    yield images("length", "8 GiB of holes behind it", lambda path: (path.write_bytes(good), os.truncate(path, 8 << 30)),
                 "found more")
    yield bad_labels("labels", "one fewer", idx(LABELS[1:]), "expected 40 labels", "found 39")
    yield bad_labels("labels", "one more", idx(numpy.append(LABELS, 1).astype(numpy.uint8)), "expected 40 labels", "found 41")
    yield bad_labels("labels", "images instead", good, "3 dimensions")
    yield bad_labels("labels", "empty", b"", "found 0 bytes")
    yield bad_labels("labels", "cut short", labels[:-3], "cut short")
    yield case("idx: labels", "of one class", "idx", good, "class", labels=idx(LABELS * 0))
    yield case("idx: labels", "not named and not to be guessed", "idx", good, "images", "labels")
    yield case("format", "npz as idx", "idx", npz(GOOD_NPZ), "expected an idx file", labels=labels)
    yield case("format", "idx as npz", "npz", good, "images", labels=labels)
    yield case("format", "idx as csv", "csv", good, "images:1")
    yield case("format", "npz as csv", "csv", npz(GOOD_NPZ), "images:1")
    yield case("format", "none", "arff", good, "arff", "s.yaml:2")


def bomb_gz(path, header, megabytes, again=b"\0"):
    """Header, then zeros, or something else again and again: a thousandth of their size."""
    with gzip.open(path, "wb", 9) as file:
        file.write(header)
        for _ in range(megabytes):
            file.write(again * ((1 << 20) // len(again)))


def gz_cases():
    good, labels = idx(IMAGES), idx(LABELS)
    packed = gzip.compress(good, mtime=0)

    def gz(kind, name, content, *words):
        return case(f"gz: {kind}", name, "idx", content, "images", *words, labels=labels)

    yield gz("bomb", "200 MB behind the array", lambda path: bomb_gz(path, good, 200), "found more")
    yield gz("bomb", "200 MB instead of a header", lambda path: bomb_gz(path, b"", 200), "expected an idx file")
    yield gz("bomb", "dimensions that claim 64 GB", gzip.compress(b"\0\0\x08\3" + struct.pack(">3I", 1 << 20, 256, 256)), "cut short")
    yield case("gz: bomb", "csv: more columns than an image may have", "csv", lambda path: bomb_gz(path, b"0,", 63, b"1,"),
               "images:1", "at most 16777216 numbers", "columns")
    yield case("gz: bomb", "csv: a line without an end", "csv", lambda path: bomb_gz(path, b"1,2", 100), "images:1")
    yield gz("packed twice", "gz in gz", gzip.compress(packed), "expected an idx file")
    yield gz("magic", "two bytes", packed[:2], "cut short")
    yield gz("magic", "another method", packed[:2] + b"\7" + packed[3:])
    yield gz("magic", "a zlib stream", zlib.compress(good), "expected an idx file")
    for cut in (9, 10, 11, 17, len(packed) // 2, len(packed) - 9, len(packed) - 8, len(packed) - 1):
        yield gz("cut short", f"after {cut} bytes", packed[:cut])
    yield gz("trailer", "another checksum", packed[:-8] + bytes(4) + packed[-4:], "incorrect data check")
    yield gz("trailer", "another length", packed[:-4] + b"\1\0\0\0", "incorrect length check")
    yield gz("trailer", "bytes behind it", packed + b"more", "more follows")
    yield gz("trailer", "zeros behind it", packed + bytes(512))
    yield gz("several members", "one array in two", gzip.compress(good[:100]) + gzip.compress(good[100:]))
    yield gz("several members", "a second array", packed + packed)
    yield gz("damage", "a block of a kind that is none", packed[:10] + b"\x07" + packed[11:])
    yield gz("damage", "zeros in the middle", packed[:40] + bytes(20) + packed[60:])


def npy_cases():
    labels = npy(LABELS)
    raw = IMAGES.tobytes()

    def bad(kind, name, content, *words):
        return case(f"npy: {kind}", name, "npz", content, "images", *words, labels=labels)

    yield bad("magic", "empty", b"", "NUMPY")
    yield bad("magic", "five bytes", b"\x93NUMP", "NUMPY")
    yield bad("magic", "text", b"hello, here are no arrays", "NUMPY")
    for version in ((0, 0), (4, 0), (255, 255)):
        yield bad("version", str(version), npy_header("|u1", "(40, 4, 4)", version=version, content=raw), "version")
    for descr in ("|O", "<c8", "<f2", "<f16", "<M8[s]", "<m8", "|V16", "<u3", "<i16", "|b8", "u1", "<", "<f-8", "<f88888888888",
                  "|S0", "<U99999", "%s%n", "\x1b[2J"):
        yield bad("type", repr(descr)[:20], npy_header(descr, "(40, 4, 4)", content=raw * 8), "type")
    yield bad("type", "named fields", npy(numpy.zeros(40, dtype=[("a", "u1"), ("b", "f4")])), "named fields")
    yield bad("type", "objects with a pickle", npy(numpy.array([[{}, []]], dtype=object), allow_pickle=True), "|O")
    yield bad("order", "Fortran's", npy(numpy.asfortranarray(IMAGES)), "ascontiguousarray")
    for shape, word in (("(4294967296, 4294967296, 16)", "memory"), ("(18446744073709551615, 2)", "memory"),
                        ("(99999999999999999999, 2)", "lengths"), ("(-1, 4)", "lengths"), ("(0, 4)", "(0, 4)"),
                        ("(40, 0)", "(40, 0)"), ("()", "found"), ("(640,)", "found"), ("(2,2,2,80)", "found"),
                        ("(1099511627776, 16)", "1099511627776"), ("40", "'('"), ("(40, 4", ""), ("(40 4)", ""), ("(4.0, 160)", ""),
                        ("(True, 640)", ""), (f"({'1,' * 5000})", "found")):
        yield bad("shape", shape[:24], npy_header("|u1", shape, content=raw), word)
    for name, text in {"none": " ", "code": "__import__('os').system('touch owned')", "a list": "[1, 2]", "unended": "{'descr': '|u1",
                       "no shape": "{'descr': '|u1', 'fortran_order': False}", "another key": "{'x': 1}", "no colon": "{'descr' '|u1'}",
                       "an open quote": "{'", "only brackets": "{" * 1000, "NUL bytes": "\0" * 64}.items():
        yield bad("header", name, npy_header("", "", text=text, content=raw), "header")
    yield bad("header", "longer than the file", b"\x93NUMPY\1\0\xff\xff{}", "cut short")
    yield bad("header", "of 4 GiB", b"\x93NUMPY\2\0\xff\xff\xff\xff{}", "at most")
    yield bad("length", "a byte less", npy(IMAGES)[:-1], "cut short")
    yield bad("length", "a byte more", npy(IMAGES) + b"\0", "more")
    for name, array in {"NaN": numpy.full((40, 4), numpy.nan), "infinity": numpy.full((40, 4), numpy.inf),
                        "256": numpy.full((40, 4), 256), "-1": numpy.full((40, 4), -1), "0.3": numpy.full((40, 4), 0.3),
                        "1e300": numpy.full((40, 4), 1e300), "texts": numpy.full((40, 4), "a")}.items():
        yield bad("values", name, npy(array), "expected")
    for name, array in {"NaN": numpy.full(40, numpy.nan), "fractions": numpy.full(40, 0.5), "one class": numpy.ones(40),
                        "300 classes": numpy.arange(300), "2^63": numpy.full(40, 2**63, dtype=numpy.uint64),
                        "two columns": numpy.ones((40, 2)), "39": numpy.arange(39), "empty texts": numpy.full(40, ""),
                        "bytes that are no text": numpy.array([b"\xff", b"\xfe"] * 20), "escapes": numpy.array(["\x1b[2J", "b"] * 20),
                        "no characters of Unicode": numpy.frombuffer(struct.pack("<I", 0x7FFFFFFF) * 40, "<u4")}.items():
        content = npy(array) if name[:2] != "no" else npy_header("<U1", "(40,)", content=array.tobytes())
        yield case("npy: labels", name, "npz", npy(IMAGES), labels=content,
                   codes=(0, 2) if name in ("escapes", "bytes that are no text", "2^63", "no characters of Unicode") else (2,))


def npz_cases():
    good = npz(GOOD_NPZ)

    def bad(kind, name, content, *words, **rest):
        return case(f"npz: {kind}", name, "npz", content, *words, **rest)

    yield bad("members", "none", npz({}), "images")
    yield bad("members", "no labels", npz({"x.npy": npy(IMAGES)}), "labels")
    yield bad("members", "no images", npz({"y.npy": npy(LABELS)}), "images")
    yield bad("members", "two that could be meant", npz({**GOOD_NPZ, "z.npy": npy(IMAGES)}), "data.arrays.inputs", "x:", "z:")
    yield bad("members", "another name", good, "no array 'w'", "x:", more=", arrays: {inputs: w}")
    yield bad("members", "a text file", npz({**GOOD_NPZ, "readme.txt": "hello"}), "readme.txt", "NUMPY")
    yield bad("members", "one name twice", double_member(), "x", codes=(0, 2))
    yield bad("members", "folders only", npz({"a/": "", "b/": ""}), "images")
    yield bad("members", "20,000 arrays", npz({f"{i}.npy": npy(LABELS[:1]) for i in range(20_000)}, zipfile.ZIP_STORED), "images")
    for name in ("../../escape.npy", "/etc/passwd.npy", "a\\..\\b.npy", "x" * 5000 + ".npy", "\x1b[2J.npy", "\n.npy", ".npy"):
        yield bad("member names", repr(name)[:24], npz({name: npy(IMAGES), "y.npy": npy(LABELS), "z.npy": npy(IMAGES)}), "images")
    yield bad("bomb", "200 MB behind an array", bomb_npz(200), "more")
    yield bad("bomb", "a header that claims 1 TB",
              npz({"x.npy": npy_header("|u1", "(1099511627, 1024)", content=bytes(999)), "y.npy": npy(LABELS)}), "images")
    for cut in (1, 4, 30, len(good) // 2, len(good) - 23, len(good) - 1):
        yield bad("cut short", f"after {cut} bytes", good[:cut], "images")
    first = good.index(b"PK\1\2")
    yield bad("zip", "encrypted", flagged(good, 1), "images")
    yield bad("zip", "a method that is none", good[:8] + b"\x63" + good[9:first + 10] + b"\x63" + good[first + 11:], "images")
    yield bad("zip", "another checksum", good[:14] + bytes(4) + good[18:first + 16] + bytes(4) + good[first + 20:], "x")
    yield bad("zip", "no directory", good[:first], "images")
    yield bad("zip", "the directory alone", good[first:], "images")
    yield bad("zip", "a directory that points outside", good[:-6] + b"\xff\xff\xff\x7f" + good[-2:], "images")
    yield bad("zip", "sizes of 4 GiB", good[:first + 20] + b"\xff" * 8 + good[first + 28:], "images",
              codes=(0, 2))  # read by the size that its array has
    yield bad("zip", "an empty one", b"PK\5\6" + bytes(18), "images")
    yield bad("zip", "65,535 members that are not there", b"PK\5\6\0\0\0\0\xff\xff\xff\xff" + bytes(10), "images")


def double_member():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.npy", npy(IMAGES))
        archive.writestr("y.npy", npy(LABELS))
        archive.NameToInfo.clear()
        archive.writestr("x.npy", npy(IMAGES[::-1].copy()))
    return file.getvalue()


def bomb_npz(megabytes):
    def make(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("y.npy", npy(LABELS))
            with archive.open("x.npy", "w") as member:
                member.write(npy(IMAGES))
                for _ in range(megabytes):
                    member.write(bytes(1 << 20))
    return make


def flagged(content, flag):
    """The general-purpose flag set in every local and central header."""
    changed = bytearray(content)
    for magic, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = content.find(magic)
        while start >= 0:
            changed[start + at] |= flag
            start = content.find(magic, start + 1)
    return bytes(changed)


def csv_cases():
    good = csv(GOOD_ROWS)

    def bad(kind, name, content, *words, **rest):
        return case(f"csv: {kind}", name, "csv", content, "images", *words, **rest)

    def with_row(row):
        return csv(GOOD_ROWS[:6]) + row + "\n" + csv(GOOD_ROWS[7:])

    fine = ",".join(map(str, GOOD_ROWS[6]))
    yield bad("empty", "no bytes", "", "found none")
    yield bad("empty", "line breaks", "\n\r\n\n", "found none")
    yield bad("empty", "a header alone", "label," + ",".join(f"p{i}" for i in range(16)) + "\n", "images")
    yield bad("binary", "NUL bytes", bytes(1000), "images:1")
    yield bad("binary", "UTF-16", good.encode("utf-16"), "images:")
    yield bad("binary", "a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "images:")
    yield bad("fields", "one fewer", with_row(fine.rsplit(",", 1)[0]), "images:7", "expected 17 fields", "found 16")
    yield bad("fields", "one more", with_row(fine + ",9"), "images:7", "found 18")
    yield bad("fields", "semicolons", good.replace(",", ";"), "images:1", "commas")
    yield bad("fields", "one a line", csv([[i] for i in range(9)]), "images:1")
    yield bad("fields", "a million in a line", "1," * 1_000_000 + "1\n", "images")
    yield bad("fields", "commas alone", "," * 100 + "\n", "images:1")
    for value in ("x", "", "nan", "inf", "256", "-1", "1e999", "0x10", "1_0", "1 2", "'5'", "0.3.1", "1e", "--1", "\x1b[2J", "\0", "９"):
        yield bad("values", repr(value), with_row(fine.rsplit(",", 1)[0] + "," + value), "images:7", "field 17")
    yield bad("quotes", "an open one", with_row(fine.rsplit(",", 1)[0] + ',"9'), "images:7", "field 17", "quote")
    yield bad("quotes", "letters behind one", with_row(fine.rsplit(",", 1)[0] + ',"9"9'), "images:7", "comma behind the quote")
    yield bad("quotes", "an open one in the first field", '"' + good, "images:1", "quote")
    for label in ("", "0.5", "1e300", "nan"):
        yield bad("labels", repr(label), with_row(label + fine[fine.index(","):]), "images",
                  codes=(0, 2) if label == "nan" else (2,))
    yield bad("labels", "a column that is not there", good, "images:1", "header", more=", labels: {column: digit}")
    yield bad("labels", "one class", csv([[7, *row[1:]] for row in GOOD_ROWS]))
    yield bad("labels", "300 classes", csv([[i, *GOOD_ROWS[0][1:]] for i in range(300)]))
    yield case("csv: labels", "a file of their own", "csv", good, "data.labels.column", labels="1\n")
    yield bad("length", "a line of 100 MB", lambda path: long_line(path), "images:1")


def long_line(path):
    with path.open("w") as file:
        for _ in range(100):
            file.write("7" * (1 << 20))


def paths():
    labels = idx(LABELS)
    yield case("data path", "a folder", "idx", lambda path: path.mkdir(), "images", labels=labels)
    yield case("data path", "a pipe", "idx", os.mkfifo, "images", labels=labels)
    yield case("data path", "a dangling link", "idx", lambda path: path.symlink_to("absent"), "images", labels=labels)
    yield Case("data path", "absent", ["plan", "s.yaml"], ("s.yaml:2", "images"), {"s.yaml": spec("images", "labels")})
    yield Case("data path", "labels absent", ["plan", "s.yaml"], ("labels",), {"s.yaml": spec("images", "labels"), "images": idx(IMAGES)})
    yield Case("data path", "training and test of other sizes", ["plan", "s.yaml"], ("b-images", "3 x 3"),
               {"s.yaml": spec("a-images", more=", test: b-images"), "a-images": idx(IMAGES), "a-labels": labels,
                "b-images": idx(IMAGES[:, :3, :3].copy()), "b-labels": labels})


def cases():
    return [*idx_cases(), *gz_cases(), *npy_cases(), *npz_cases(), *csv_cases(), *paths()]

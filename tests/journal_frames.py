"""The frames of a journal, as results/FORMAT.md has them; for the tests that read or make some by hand."""

import struct

HEAD = struct.Struct("<4sHHI16s")  # magic, version, type, payload bytes, fingerprint; then CRC32C
HEADER, BEGUN, RECORD, FAILED, GIVEN_BACK = 1, 2, 3, 4, 5


def crc_of_byte(crc):
    for _ in range(8):
        crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc


CRC_TABLE = [crc_of_byte(byte) for byte in range(256)]


def crc32c(content):
    """Castagnoli's polynomial, reflected."""
    crc = 0xffffffff
    for byte in content:
        crc = CRC_TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xffffffff


assert crc32c(b"123456789") == 0xe3069283


def frame(kind, payload, version=1, fingerprint=bytes(16)):
    content = HEAD.pack(b"MLPJ", version, kind, len(payload), fingerprint) + payload
    return content + struct.pack("<I", crc32c(content))


def frames(content, checked=False):
    """(type, fingerprint, end) of each whole frame, by their lengths; stops where none begins. Checked:
    without those whose bytes were damaged, as a power cut may leave them."""
    at = 0
    while at + HEAD.size <= len(content):
        magic, _, kind, length, fingerprint = HEAD.unpack_from(content, at)
        end = at + HEAD.size + length + 4
        if magic != b"MLPJ" or end > len(content):
            return
        if not checked or content[end - 4:end] == struct.pack("<I", crc32c(content[at:end - 4])):
            yield kind, fingerprint.hex(), end
        at = end

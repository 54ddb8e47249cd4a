"""A sweep's folder with a journal that is damaged, of another sweep or version, or not what it should be."""
import os
import shutil
import struct
import threading
import time

from bad_data import IMAGES, LABELS, idx
from cases import Case, copy_of
from journal_frames import BEGUN, HEADER, RECORD, frame, frames

SPEC = """\
mlpsweep: 1
name: small
data: {train: images, test: images, labels: {train: labels, test: labels}, split: {validation: 0.25}}
metric: validation_loss
base: {hidden: [3], epochs: 2, batch_size: 8, keep_weights: both}
parameters:
  optimizer.learning_rate: [0.01, 0.1]
"""
FILES = {"s.yaml": SPEC, "images": idx(IMAGES), "labels": idx(LABELS)}
JOURNAL = "journal/run-0001-rank-0000.mlj"


def make_good(runner, work):
    """A whole sweep of two trials, made by the program itself; and its digest."""
    for name, content in FILES.items():
        (work / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    code, out, err, _ = runner.call(work, ["run", "s.yaml", "-o", "good", "--threads", "1"])
    assert code == 0, (code, out, err)
    runner.digest = runner.call(work, ["verify", "good"])[1].split()[1].decode()
    return work / "good"


def digest_of(out):
    """Digest and number of records, of what `verify` printed."""
    words = out.decode().split()
    return words[1], int(words[3])


def reads_no_other(runner, folder, code, out):
    if code == 0 and digest_of(out) != (runner.digest, 2) and digest_of(out)[1] >= 2:
        yield f"it is taken for a whole sweep of another digest than {runner.digest}"


def ends_as_undisturbed(runner, folder, code, out):
    code, out, err, _ = runner.call(folder, ["verify", "d"])
    if code != 0 or digest_of(out) != (runner.digest, 2):
        yield f"verify gives {code}, {(out + err).decode(errors='backslashreplace')}; the good sweep has {runner.digest}"


def cases(good):
    content = (good / JOURNAL).read_bytes()
    ends = [end for _, _, end in frames(content)]
    whole = [content[begin:end] for begin, end in zip([0, *ends], ends)]

    def sweep(change):
        return copy_of(good, change)

    def with_journal(made):
        return sweep(lambda path: (path / JOURNAL).write_bytes(made))

    def bad(kind, name, made, *words, command=("verify", "d"), **more):
        return Case(f"journal: {kind}", name, list(command), words, {**FILES, "d": made}, **more)

    for kind, at in (("header", 0), ("first record", 1), ("last", len(whole) - 1)):
        newer = b"".join(frame(struct.unpack_from("<H", f, 6)[0], f[28:-4], 2, f[12:28]) if i == at else f
                         for i, f in enumerate(whole))
        for command in (("verify", "d"), ("run", "s.yaml", "-o", "d"), ("run", "d")):
            yield bad("another version", f"{kind}: {command[0]} {command[1]}", with_journal(newer), "rank-0000.mlj", "version 2",
                      command=command)
    yield bad("another sweep", "run of another spec", sweep(None), "d:", "--extend",
              command=("run", "s.yaml", "-o", "d", "optimizer.learning_rate=0.5"))
    yield from folders(bad, sweep)
    yield from headers(bad, with_journal, whole)
    yield from links(bad, good)
    if os.geteuid() != 0:
        for command in ("table", "list", "verify", "status"):
            yield bad("unreadable", command, sweep(lambda path: (path / JOURNAL).chmod(0)), "rank-0000.mlj", "may read",
                      command=(command, "d"), never=("-o DIR",))
    yield Case("journal: found while a run is under way", "a folder as a journal", ["run", "s.yaml", "-o", "d", "epochs=4000"],
               ("late.mlj", "under way", "is kept"), {**FILES, "d": folder_appears}, codes=(3,), writes=True)
    step = max(1, len(content) // 60)
    for at in range(3, len(content), step):
        flipped = content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1:]
        if of_begun_frame(whole, at):  # no record is lost: it is told, and that is all
            yield bad("a flipped bit", f"byte {at}", with_journal(flipped), "rank-0000.mlj", "over 2 records", codes=(0,))
        else:
            yield bad("a flipped bit", f"byte {at}", with_journal(flipped), "rank-0000.mlj", codes=(2, 3), never=("over 2 records",))
    # Wherever it is, in the header's frame too: what it costs is trained again, to the same bits.
    for at in (0, 5, 6, 9, 13, 30, len(whole[0]) - 1, *range(40, len(content), 5 * step)):
        flipped = content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1:]
        yield bad("a flipped bit, run again", f"byte {at}", with_journal(flipped), codes=(0,), writes=True,
                  command=("run", "s.yaml", "-o", "d", "--threads", "1"), check=ends_as_undisturbed)


def folder_appears(path):
    """Beside the journal of the run, once that has begun."""
    def wait():
        for _ in range(60_000):
            if (path / JOURNAL).exists():
                (path / "journal" / "late.mlj").mkdir()
                return
            time.sleep(0.001)

    path.mkdir()
    threading.Thread(target=wait, daemon=True).start()


def of_begun_frame(whole, at):
    for one in whole:
        if at < len(one):
            return one[6] == BEGUN
        at -= len(one)
    return False


def folders(bad, sweep):
    yield bad("empty", "no bytes", sweep(lambda path: (path / JOURNAL).write_bytes(b"")), "d")
    yield bad("empty", "no file", sweep(lambda path: (path / JOURNAL).unlink()), "d")
    yield bad("not a file", "a folder", sweep(lambda path: ((path / JOURNAL).unlink(), (path / JOURNAL).mkdir())), "rank-0000.mlj")
    yield bad("not a file", "a pipe", sweep(lambda path: ((path / JOURNAL).unlink(), os.mkfifo(path / JOURNAL))), "rank-0000.mlj")
    yield bad("not a file", "journal is a file", sweep(lambda path: (shutil.rmtree(path / "journal"),
                                                                    (path / "journal").write_text("x"))), "journal")
    for name in ("results.h5", "sweep.yaml", "status.json", "resolved.json", "lock"):
        for command in (("run", "s.yaml", "-o", "d"), ("table", "d")):
            yield bad("a folder under a file's name", f"{name}: {command[0]}",
                      sweep(lambda path, name=name: ((path / name).unlink(missing_ok=True), (path / name).mkdir())), name,
                      command=command)


def headers(bad, with_journal, whole):
    rest = b"".join(whole[1:])
    for name, payload in {"no CBOR": b"\xff\xff", "a list": b"\x80", "empty": b"", "a text instead of the spec": b"\xa1\x64text\x05",
                          "no spec": b"\xa0", "bad UTF-8": b"\xa1\x64text\x62\xff\xfe", "100,000 lists in each other": b"\x81" * 100_000,
                          "100,000 maps in each other": b"\xa1\x61a" * 100_000, "an array that claims 2^60": b"\x9b\x10" + bytes(7),
                          "a text that claims 2^62": b"\x7b\x40" + bytes(7), "a spec that is none": b"\xa1\x64text\x61x"}.items():
        yield bad("a header that is none", name, with_journal(frame(HEADER, payload) + rest), "d")
    record = next(f for f in whole if f[6] == RECORD)
    for name, payload in {"no CBOR": b"\xff", "a list": b"\x80", "100,000 lists in each other": b"\x81" * 100_000,
                          "a newer schema": b"\xa1\x66schema\x18\x63", "seed as text": b"\xa1\x64seed\x61x",
                          "of another trial": b"\xa1\x6bfingerprint\x50" + bytes(16)}.items():
        made = whole[0] + frame(RECORD, payload, fingerprint=record[12:28])
        yield bad("a record that is none", name, with_journal(made), "rank-0000.mlj", codes=(2, 3))


def links(bad, good):
    """What lies outside must stay as it is, and unread."""
    def linked(name):
        def make(path):
            shutil.copytree(good, path)
            outside = path.parent / "outside"
            outside.mkdir(exist_ok=True)
            if (path / name).exists():
                (path / name).rename(outside / "it")
            else:
                (outside / "it").write_text("precious")
            (path / name).symlink_to("../" * (1 + name.count("/")) + "outside/it")
        return make

    for name in ("journal", "results.h5", "sweep.yaml", "status.json", "resolved.json", "lock", JOURNAL):
        for command in (("run", "s.yaml", "-o", "d", "--extend", "repeats=2"), ("run", "d"), ("verify", "d"), ("table", "d"),
                        ("status", "d")):
            yield bad("a symbolic link", f"{name}: {' '.join(command[:2])}", linked(name), name.split("/")[-1], "link", command=command)
    dangling = {"d": lambda path: (shutil.copytree(good, path), (path / "lock").unlink(missing_ok=True),
                                   (path / "lock").symlink_to("../made"))}
    yield Case("journal: a symbolic link", "a dangling one as lock", ["run", "s.yaml", "-o", "d", "repeats=2"], ("lock",),
               {**FILES, **dangling})
    yield Case("journal: a symbolic link", "in a folder without a sweep", ["run", "s.yaml", "-o", "d"], ("journal",),
               {**FILES, "outside/x": "", "d/journal": lambda path: path.symlink_to("../outside")})
    yield Case("journal: a symbolic link", "report", ["report", "d"], ("report",),
               {**FILES, "outside/x": "", "d": copy_of(good, lambda path: (path / "report").symlink_to("../outside"))})

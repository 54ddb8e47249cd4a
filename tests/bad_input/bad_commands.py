"""Command lines: overrides, options, paths that are something else."""
import os

from bad_specs import GOOD
from cases import Case, copy_of


def override(kind, text, *words):
    return Case(kind, repr(text)[:40], ["check", "s.yaml", text], words, {"s.yaml": GOOD})


def overrides():
    for text, *words in (("epoch=3", "epoch", "epochs"), ("optimizer.momentun=0.1", "momentum"), ("lr=0.1", "lr"),
                         ("hiden=16", "hidden"), ("data.sett=mnist", "data.set"), ("base.epochs=3", "base.epochs"),
                         ("experiments.x.epochs=3", "experiments.x"), ("=3", "key=value"), ("<<=3", "<<")):
        yield override("override of an unknown key", text, *words)
    for text in ("epochs", "epochs=", "epochs =3 ", "--epochs", "", " ", "epochs=\n3", "epochs=3\r", "=", "==", "epochs:3"):
        yield override("override that is none", text)
    for text in ("epochs=[", "epochs=]", "epochs=}", "epochs='3", 'epochs="3', "epochs=3]", "epochs=[3],4]", "epochs={a: 1",
                 "epochs=%", "epochs=@3"):
        yield override("override that is no YAML", text, "epochs")
    for text in ("epochs=0", "epochs=010", "epochs=.nan", "epochs=1e999", "epochs=3,,4", "epochs=,", "epochs=3,3", "epochs=&a 3",
                 "epochs=*a", "epochs=!!int 3", "epochs={<<: 3}", "activation=thanh", "optimizer.learning_rate=-1",
                 "repeats=0", "repeats=1,2", "seed=-1", "hidden=16x", "name=../x", "data.split.validation=1.5",
                 "epochs=\0", "epochs=" + "[" * 50_000, "epochs=" + "9" * 100_000):
        if "\0" not in text:  # no command line can hold one
            yield override("override of a bad value", text)
    yield override("override with bytes that are no text", os.fsdecode(b"epochs=\xff\xfe"))
    yield override("override with bytes that are no text", os.fsdecode(b"\xff=3"))
    yield override("override with bytes that are no text", "name=\x1b[2J")


def paths():
    for command in ("check", "plan", "run", "gradcheck", "reproduce"):
        for kind, name, files in (("path that is not there", "absent", {}),
                                  ("path of a folder", "a folder", {"s.yaml/x": ""}),
                                  ("path to nothing", "a dangling link", {"s.yaml": lambda path: path.symlink_to("absent")}),
                                  ("path in a circle", "a link to itself", {"s.yaml": lambda path: path.symlink_to("s.yaml")})):
            if command == "run" and name == "a folder":
                continue  # that is a sweep to go on with: among the results
            yield Case(kind, f"{command} {name}", [command, "s.yaml"], ("s.yaml",), files)
    for command in ("table", "list", "verify", "status", "compare", "report"):
        more = {"report": ["--methods"]}.get(command, [])
        yield Case("no sweep", f"{command} absent", [command, *more, "absent"], ("absent",))
        yield Case("no sweep", f"{command} an empty folder", [command, *more, "d"], ("d",), {"d": lambda path: path.mkdir()})
        yield Case("no sweep", f"{command} a spec", [command, *more, "s.yaml"], ("s.yaml",), {"s.yaml": GOOD})
    yield Case("path too long", "10,000 letters", ["check", "x" * 10_000], ("too long",))
    yield Case("path too long", "of a sweep", ["verify", "x" * 10_000], ("too long",))
    yield Case("empty path", "of a spec", ["check", ""])
    yield Case("empty path", "of a sweep", ["verify", ""])
    yield Case("special file", "a pipe as results", ["verify", "p"], ("p", "no plain file"), {"p": os.mkfifo})
    yield Case("special file", "a terminal's device as results", ["table", "/dev/tty"], ("/dev/tty",))
    yield Case("special file", "endless zeros as a spec", ["check", "/dev/zero"], ("/dev/zero", "at most"))
    if os.geteuid() != 0:
        yield Case("unreadable", "a spec", ["check", "s.yaml"], ("s.yaml",), {"s.yaml": unreadable})
    yield Case("unreadable", "a spec that is a process's memory", ["check", "/proc/self/mem"], ("/proc/self/mem",))


def unreadable(path):
    path.write_text(GOOD)
    path.chmod(0)


def words_and_options(good):
    for words in (["fly"], ["chekc", "s.yaml"], ["Run"], ["--fly"], [], [""], ["check"], ["run"], ["table"], ["show"], ["data"],
                  ["data", "fly"], ["check", "--fly", "s.yaml"], ["-"], ["--"], ["run", "-o"], [os.fsdecode(b"\xff")], ["\x1b[2J"]):
        yield Case("no command", repr(words), words, files={"s.yaml": GOOD})
    for threads in ("0", "-1", "4097", "two", "1.5", "", "99999999999999999999"):
        yield Case("--threads", threads, ["run", "s.yaml", "--threads", threads], ("--threads",), {"s.yaml": GOOD})
    for seconds in ("-1", "-0.5", "nan", "inf", "1e999", "a minute", "60s", " 1"):
        yield Case("--checkpoint", seconds, ["run", "s.yaml", f"--checkpoint={seconds}"], ("--checkpoint", "seconds"),
                   {"s.yaml": GOOD})
    yield Case("--isa", "mmx", ["run", "s.yaml", "--isa", "mmx"], ("mmx", "avx2"), {"s.yaml": GOOD})
    for folder in ("absent", "s.yaml", ""):
        yield Case("--data", folder or "empty", ["plan", "s.yaml", "data.set=sign-digits", "--data", folder], ("sign-digits",),
                   {"s.yaml": GOOD})
    for words in (["--where", "hidden"], ["--where", "hiden=3"], ["--rows", "hiden"], ["--columns", "x"], ["--values", "x"],
                  ["--format", "xml"], ["--experiment", "x"], ["--reading", "x"], ["--where", "=3"],
                  ["--where", ""], ["--rows", "hidden,hidden"], ["--values", "test_accuracy,x"]):
        yield Case("option of table", " ".join(words), ["table", "sweep", *words], (words[-1].split("=")[0][:2],),
                   {"sweep": copy_of(good)})
    for words in (["compare", "sweep", "--metric", "x"], ["compare", "sweep", "--to", "hidden"], ["compare", "sweep", "--to", "a=b"],
                  ["compare", "sweep", "--new-images", "--new-splits"], ["show", "sweep", "zz"], ["show", "sweep", ""],
                  ["list", "sweep", "--format", "yaml"], ["report", "sweep", "--format", "gif"], ["report", "sweep", "--lines", "x"],
                  ["report", "sweep", "sweep"], ["report", "--methods", "sweep", "--format", "html"]):
        yield Case("option of others", " ".join(words), words, files={"sweep": copy_of(good)})
    for words in (["--epsilon", "0"], ["--epsilon", "x"], ["--epsilon", "nan"], ["--epsilon", "-1"], ["--examples", "0"],
                  ["--examples", "-3"], ["--weights", "x=1"], ["--weights", "input_hidden=-1"], ["--weights", "input_hidden"]):
        yield Case("option of gradcheck", " ".join(words), ["gradcheck", "s.yaml", *words], ("epsilon" if words[0] == "--epsilon" else "",), {"s.yaml": GOOD})
    for words in (["list", "minst"], ["check", "minst"], ["fetch", "minst"], ["fetch", "mnist", "--mirror", "absent"],
                  ["fetch", "mnist", "--mirror", "file:///absent"], ["fetch", "mnist", "--to", ""]):
        yield Case("data", " ".join(words), ["data", *words], codes=(2, 3))


def cases(good):
    return [*overrides(), *paths(), *words_and_options(good)]

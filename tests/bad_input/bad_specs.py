"""Specs that are no text, no YAML, or say what no sweep can mean."""
import os

from cases import Case

GOOD = """\
mlpsweep: 1
name: good
data: {set: fashion-mnist, split: {validation: 0.2}}
metric: validation_loss
seed: 1
repeats: 2
base:
  hidden: [16]
  epochs: 3
  batch_size: 64
  optimizer: {learning_rate: 0.05, momentum: 0.9}
parameters:
  activation: [tanh, relu]
"""


def changed(old, new, text=GOOD):
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new)


def spec(kind, name, text, *words, settings=(), **more):
    return Case(kind, name, ["check", "s.yaml", *settings], words, {"s.yaml": text}, **more)


def not_text():
    yield spec("no text", "empty", b"", "s.yaml", "empty", "mlpsweep: 1")
    yield spec("no text", "spaces and line breaks", b"  \n\n", "empty")
    yield spec("no text", "a comment alone", b"# nothing\n", "empty")
    yield spec("no text", "one NUL", b"\0", "s.yaml:1:1", "byte 0x00")
    yield spec("NUL byte", "in a value", GOOD.replace("good", "go\0od"), "s.yaml:2:9", "byte 0x00")
    yield spec("NUL byte", "behind the last line", GOOD + "\0", "s.yaml:14:1", "byte 0x00")
    yield spec("byte order mark", "UTF-8", b"\xef\xbb\xbf" + GOOD.encode(), "byte order mark", "UTF-8")
    yield spec("UTF-16", "little-endian with mark", GOOD.encode("utf-16"), "UTF-16")
    yield spec("UTF-16", "big-endian with mark", b"\xfe\xff" + GOOD.encode("utf-16-be"), "UTF-16")
    yield spec("UTF-16", "without mark", GOOD.encode("utf-16-le"), "byte 0x00")
    yield spec("UTF-16", "UTF-32 with mark", GOOD.encode("utf-32"), "s.yaml")
    yield spec("binary", "an ELF file's first bytes", b"\x7fELF\x02\x01\x01" + bytes(9), "s.yaml:1:1", "byte 0x7f")
    yield spec("binary", "a picture's first bytes", b"\x89PNG\r\n\x1a\n", "byte 0x89")
    yield spec("binary", "gz", b"\x1f\x8b\x08\0\0\0\0\0", "byte 0x1f")
    yield spec("binary", "every byte there is", bytes(range(256)), "s.yaml:1:1")
    yield spec("Latin-1", "an umlaut in a name", GOOD.replace("good", "gr\xfcn").encode("latin-1"), "s.yaml:2:9",
               "byte 0xfc")
    yield spec("bad UTF-8", "a half character at the end", GOOD.encode() + b"# \xe2\x82", "s.yaml:14:3")
    yield spec("bad UTF-8", "an overlong slash", GOOD.encode() + b"# \xc0\xaf", "byte 0xc0")
    yield spec("bad UTF-8", "a surrogate", GOOD.encode() + b"# \xed\xa0\x80", "byte 0xed")
    yield spec("bad UTF-8", "beyond Unicode", GOOD.encode() + b"# \xf4\x90\x80\x80", "byte 0xf4")
    yield spec("control character", "escape", GOOD.replace("good", "\x1b[2Jgood"), "s.yaml:2:7", "byte 0x1b")
    yield spec("control character", "bell in a comment", GOOD + "# \a", "byte 0x07")
    yield spec("control character", "delete", GOOD + "# \x7f", "byte 0x7f")
    yield spec("control character", "escaped in quotes", changed("name: good", 'name: "\\e[2J"'), "s.yaml:2")
    yield spec("control character", "an escaped NUL", changed("name: good", 'name: "a\\0b"'), "s.yaml:2")
    yield spec("line ends", "carriage returns alone", GOOD.replace("\n", "\r"), "byte 0x0d")


def too_large():
    yield spec("huge spec", "2 MiB of comments", GOOD + "#" * (2 << 20), "bytes", "at most")
    yield spec("huge spec", "8 GiB of holes", lambda path: (path.write_text(GOOD), os.truncate(path, 8 << 30)), "at most")
    yield spec("deep nesting", "100,000 brackets", "a: " + "[" * 100_000, "s.yaml:1", "nested")
    yield spec("deep nesting", "100,000 maps", "{a: " * 100_000, "s.yaml:1", "nested")
    yield spec("deep nesting", "33 lists", changed("[16]", "[" * 33 + "16" + "]" * 33), "s.yaml:8", "nested more than 32")
    yield spec("deep nesting", "200,000 dashes", "- " * 200_000, "nested")
    yield spec("deep nesting", "200,000 question marks", "? " * 200_000, "nested")
    yield spec("long line", "a value of 900,000 letters", changed("[16]", "x" * 900_000), "s.yaml:8:11")
    yield spec("long line", "a key of 900,000 letters", GOOD + "k" * 900_000 + ": 1\n", "s.yaml:14")
    yield spec("many faults", "20,000 unknown keys", GOOD + "".join(f"k{i}: 1\n" for i in range(20_000)), "s.yaml:14:1",
               "unknown key")
    yield spec("many faults", "30,000 bad values", changed("[tanh, relu]", "[" + "x, " * 30_000 + "tanh]"), "s.yaml:13")


def bad_yaml():
    yield spec("bad YAML", "an open bracket", changed("[16]", "[16"), "s.yaml:", "no YAML")
    yield spec("bad YAML", "an open quote", changed("name: good", 'name: "good'), "s.yaml:2:7", "does not end")
    yield spec("bad YAML", "a colon too many", changed("name: good", "name: a: b"), "s.yaml:2")
    yield spec("bad YAML", "wrong indentation", changed("  epochs: 3", " epochs: 3"), "s.yaml:9")
    yield spec("bad YAML", "a bracket too many", changed("[16]", "[16]]"), "s.yaml:8")
    yield spec("bad YAML", "an unknown escape", changed("name: good", r'name: "\q"'), "s.yaml:2")
    yield spec("bad YAML", "a directive of YAML 9", "%YAML 9.0\n---\n" + GOOD, "s.yaml")
    yield spec("bad YAML", "a lone @", "@", "s.yaml:1:1")
    yield spec("bad YAML", "a lone `", "`", "s.yaml:1:1")
    yield spec("tab", "as indentation", changed("  hidden", "\thidden"), "s.yaml:8", "tabs cannot indent")
    yield spec("tab", "before the first key", "\t" + GOOD, "tabs cannot indent")
    yield spec("several documents", "two sweeps", GOOD + "---\n" + GOOD, "s.yaml:15:1", "second document")
    yield spec("several documents", "an empty second one", GOOD + "---\n", "s.yaml:15:1", "second document")
    yield spec("several documents", "rubbish behind the end mark", GOOD + "...\nx: [", "s.yaml:1")
    yield spec("duplicate key", "at the top", GOOD + "seed: 2\n", "s.yaml:14:1", "duplicate key", "line 5")
    yield spec("duplicate key", "in a group", changed("epochs: 3", "epochs: 3\n  epochs: 4"), "s.yaml:10:3", "line 9")
    yield spec("duplicate key", "in a flow mapping", changed("momentum: 0.9", "momentum: 0.9, momentum: 0.8"), "s.yaml:11",
               "duplicate key")
    yield spec("duplicate key", "nested and dotted", changed("epochs: 3", "epochs: 3\n  optimizer.momentum: 0.1"), "s.yaml:1",
               "momentum")
    yield spec("duplicate key", "in quotes", GOOD + '"seed": 2\n', "s.yaml:14:1", "duplicate key")
    yield spec("merge key", "with an alias", changed("base:", "x: &x {epochs: 3}\nbase:\n  <<: *x"), "merge keys", "write")
    yield spec("merge key", "with a mapping", changed("  epochs: 3", "  <<: {epochs: 3}"), "s.yaml:9:3", "merge keys")
    yield spec("anchor", "never used", changed("[16]", "&h [16]"), "s.yaml:8:11", "anchors", "write the value out")
    yield spec("anchor", "on the root", "&root\n" + GOOD, "s.yaml:", "anchors")
    yield spec("anchor", "on a key", changed("epochs: 3", "&k epochs: 3"), "s.yaml:9", "anchors")
    yield spec("alias", "of a value", changed("epochs: 3\n  batch_size: 64", "epochs: &e 3\n  batch_size: *e"), "s.yaml:10:15",
               "aliases")
    yield spec("alias", "as a key", changed("name: good", "name: &n good\n*n : 1"), "aliases")
    yield spec("alias", "of nothing", changed("[16]", "*absent"), "s.yaml:8")
    yield spec("self-alias", "a list that holds itself", changed("[16]", "&a [*a]"), "s.yaml:8", "aliases")
    yield spec("self-alias", "a map that holds itself", changed("base:", "base: &b\n  data: *b"), "aliases")
    yield spec("self-alias", "the root in itself", "&r\n" + GOOD + "x: *r\n", "aliases")
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
    yield spec("alias bomb", "9^12", bomb, "s.yaml:1:5", "anchors")
    yield spec("alias bomb", "behind a good sweep", GOOD + bomb, "s.yaml:14:5", "anchors")
    yield spec("tag", "!!str", changed("epochs: 3", "epochs: !!str 3"), "s.yaml:9:11", "tags")
    yield spec("tag", "one that makes objects elsewhere", changed("name: good", "name: !!python/object/apply:os.system [ls]"),
               "s.yaml:2", "tags")
    yield spec("tag", "on the root", "!sweep\n" + GOOD, "tags")
    yield spec("complex key", "a list", GOOD + "? [a, b]\n: 1\n", "s.yaml:14", "a key must be a word")
    yield spec("complex key", "a map", GOOD + "{a: b}: 1\n", "s.yaml:14")
    yield spec("complex key", "nothing", GOOD + ": 1\n", "s.yaml:14")
    yield spec("complex key", "an empty text", GOOD + '"": 1\n', "s.yaml:14", "unknown key")


def wrong_shape():
    for name, text in {"a list": "[1, 2]", "a word": "sweep", "a number": "42", "nothing": "~", "an empty map": "{}",
                       "an empty list": "[]"}.items():
        yield spec("root", name, text, "s.yaml", "mlpsweep")
    yield spec("version", "missing", changed("mlpsweep: 1\n", ""), "s.yaml", "mlpsweep")
    for value in ("2", "0", "1.0", '"1"', "one", "~", "[1]", "99999999999999999999"):
        yield spec("version", value, changed("mlpsweep: 1", f"mlpsweep: {value}"), "s.yaml:1", "mlpsweep")
    for section in ("data", "metric", "seed", "repeats", "base", "parameters"):
        for name, value in {"a list": "[[1]]", "nothing": "~", "an empty text": '""'}.items():
            text = "mlpsweep: 1\ndata: mnist\n" if section != "data" else "mlpsweep: 1\n"
            yield spec("section of another type", f"{section}: {name}", f"{text}{section}: {value}\n", "s.yaml:", section)
    for old, new, near in (("epochs:", "epoch:", "epochs"), ("hidden:", "hiden:", "hidden"), ("base:", "bass:", "base"),
                           ("momentum:", "momentun:", "momentum"), ("learning_rate:", "lr:", "learning_rate"),
                           ("seed:", "sead:", "seed"), ("split:", "splits:", "split"),
                           ("validation:", "valid:", "validation"), ("activation:", "Activation:", "activation")):
        yield spec("unknown key", new, changed(old, new), "s.yaml:", new[:-1], near)
    for key, word, near in (("set", "fashion-mnits", "fashion-mnist"), ("metric", "validation_los", "validation_loss"),
                            ("activation", "thanh", "tanh")):
        old = {"set": "fashion-mnist", "metric": "metric: validation_loss", "activation": "[tanh,"}[key]
        new = {"set": word, "metric": f"metric: {word}", "activation": f"[{word},"}[key]
        yield spec("unknown word", key, changed(old, new), "s.yaml:", word, near)
    for key, word in (("output", "soft"), ("loss", "hinge"), ("init.weights", "xavier"), ("shuffle", "yes"), ("loss", "~"),
                      ("keep_weights", "true"), ("bias_step", "1"), ("data.scale.method", "minmax"), ("optimizer.name", "adam")):
        yield spec("unknown word", f"{key}: {word}", changed("  epochs: 3", f"  {key}: {word}"), "s.yaml:9", word)
    for word in ("yes", "no", "on", "off", "True1", "1", "0", "y", '"true"', "~", "[true]"):
        yield spec("truth value", word, changed("validation: 0.2", f"validation: 0.2, stratify: {word}"), "s.yaml:3", "stratify")
    for name in ("../up", "/etc/passwd", "a/b", ".hidden", "..", "-rf", "a b", "x" * 300, "a\\tb", "~", "[a]", "con:1"):
        yield spec("name that leaves the folder", name[:20], changed("name: good", f'name: "{name}"'
                   if name not in ("~", "[a]") else f"name: {name}"), "s.yaml:2", "name")


def bad_grids():
    yield spec("empty axis", "no value", changed("[tanh, relu]", "[]"), "s.yaml:13", "activation")
    yield spec("empty axis", "nothing", changed("[tanh, relu]", "~"), "s.yaml:13", "activation")
    yield spec("empty axis", "values of none", changed("[tanh, relu]", "{values: []}"), "s.yaml:13")
    yield spec("value twice", "the same word", changed("[tanh, relu]", "[tanh, relu, tanh]"), "s.yaml:13", "tanh")
    yield spec("value twice", "the same number", GOOD + "  l2: [0.1, 1e-1]\n", "s.yaml:14", "l2")
    yield spec("value twice", "the same topology", GOOD + "  hidden: [16x16, [16, 16]]\n", "s.yaml:14", "hidden")
    axes = "".join(f"  {key}: [{', '.join(str(start + i * step) for i in range(1000))}]\n"
                   for key, start, step in (("epochs", 1, 1), ("l2", 0, 1), ("l1", 0, 1), ("batch_size", 1, 1)))
    base_less = changed("  epochs: 3\n  batch_size: 64\n", "")
    yield spec("huge grid", "2 * 10^12 and two repeats", base_less + axes, "4000000000000", "--yes")
    yield spec("huge grid", "a billion repeats", changed("repeats: 2", "repeats: 1000000000"), "s.yaml")
    many = base_less + axes + "".join(
        f"  {key}: [{', '.join(f'{i}e-7' for i in range(1, 1001))}]\n"
        for key in ("clip", "optimizer.learning_rate", "optimizer.momentum")).replace("momentum: 0.9", "")
    yield spec("huge grid", "beyond 64 bits", many, "s.yaml")
    yield spec("huge grid", "a union of huge products", changed("parameters:\n  activation: [tanh, relu]\n", "parameters:\n" + 2 * (
        "- " + axes[2:].replace("\n  ", "\n  "))), "s.yaml")
    yield spec("zip", "axes of different lengths", GOOD + "zip: {l1: [0, 1], l2: [0, 1, 2]}\n", "s.yaml:14", "l2")
    yield spec("zip", "an axis that parameters has", GOOD + "zip: {activation: [tanh, relu]}\n", "s.yaml:14", "activation")
    yield spec("zip", "a number", GOOD + "zip: 3\n", "s.yaml:14", "zip")
    yield spec("exclude", "all there is", GOOD + "exclude: [{activation: [tanh, relu]}]\n", "s.yaml:")
    yield spec("exclude", "a key that is not swept", GOOD + "exclude: [{l2: 7}]\n", "s.yaml:14", "l2")
    yield spec("exclude", "a word", GOOD + "exclude: tanh\n", "s.yaml:14", "exclude")
    yield spec("strategy", "random", GOOD + "strategy: random\n", "s.yaml:14", "grid")
    yield spec("rules", "sigmoid and cross_entropy", changed("  epochs: 3", "  output: sigmoid"), "s.yaml:", "cross_entropy")
    yield spec("rules", "no part to validate with", changed(", split: {validation: 0.2}", ""), "s.yaml:4", "validation")
    yield spec("rules", "shares of more than all", changed("{validation: 0.2}", "{validation: 0.7, train: 0.7}"), "s.yaml:3")
    yield spec("rules", "folds and a validation part", GOOD + "folds: 5\n", "s.yaml:", "folds")
    yield spec("rules", "early stopping without validation", "mlpsweep: 1\ndata: mnist\nbase: {early_stop: {patience: 3}}\n",
               "s.yaml:3", "early_stop")
    yield spec("experiments", "from one that is not there", GOOD + "experiments: {a: {from: {best_of: b}}}\n", "s.yaml:14")
    yield spec("experiments", "in a circle", GOOD + "experiments: {a: {from: {best_of: b}}, b: {from: {best_of: a}}}\n",
               "s.yaml:14")
    yield spec("experiments", "from itself", GOOD + "experiments: {a: {from: {best_of: a}}}\n", "s.yaml:14")
    yield spec("experiments", "none", GOOD + "experiments: {}\n", "s.yaml:14", "experiments")
    yield spec("experiments", "a name with slashes", GOOD + "experiments: {../a: {repeats: 1}}\n", "s.yaml:14", "../a")
    yield spec("readings", "of one member", GOOD + "readings: {r: {a: 3}}\n", "s.yaml:14")
    yield spec("claims", "of no form", GOOD + "claims: [{best: x}]\n", "s.yaml:14")
    yield spec("expected", "a figure that is none", GOOD + "expected: {rows: [{test_acuracy: 3}]}\n", "s.yaml:14")


def cases():
    return [*not_text(), *too_large(), *bad_yaml(), *wrong_shape(), *bad_grids()]

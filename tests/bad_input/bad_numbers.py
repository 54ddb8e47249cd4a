"""Numbers that YAML readers take for others, and values out of their range, for the settings that have one."""
from bad_specs import GOOD, changed, spec

# What is a number for no setting; the text as written.
NEVER = {
    "octal-looking": ("010", "0777", "-010", "00"),
    "hexadecimal": ("0x10", "0b1", "0o7"),
    "not finite": (".nan", ".inf", "-.inf", ".NaN", "nan", "inf"),
    "beyond the range of doubles": ("1e400", "-1e400", "1e-400", "123456789" * 50),
    "number with marks": ("1_000", "1,5", "5%", "1e", "e5", "+-1", "1.2.3", "--1", "0x", "1e1.5"),
    "quoted number": ('"5"', "'0.1'"),
    "time or ratio": ("1:30", "1/2", "2026-11-21"),
    "no number": ("many", "true", "~", "''", "[]", "{}", "[[3]]", "{a: 1}"),
}
# Line, old text, and values out of the setting's own range.
SETTINGS = {
    "epochs": (9, "epochs: 3", ("0", "-1", "1.5", "1000001", "4294967297", "18446744073709551617")),
    "learning_rate": (11, "learning_rate: 0.05", ("0", "-0.1", "-1e-300")),
    "momentum": (11, "momentum: 0.9", ("1", "-0.1", "1.0000001", "9")),
    "batch_size": (10, "batch_size: 64", ("0", "-64", "0.5", "9999999999999999999999")),
    "validation": (3, "validation: 0.2", ("0", "1.5", "-0.2", "-3", "18446744073709551616")),
    "repeats": (6, "repeats: 2", ("0", "-2", "2.5", "99999999999999999999")),
    "seed": (5, "seed: 1", ("-1", "1.5", "18446744073709551616")),
}
TOPOLOGIES = ("0", "-5", "16x", "x16", "16x0", "16x-1", "1.5", "65537", "4294967296x4294967296", "16 x 16", "[16, 0]", "[none]",
              "[16, [16]]", "[16, ten]", "x".join(["8"] * 65), "{layers: 2}", "16X16", "0x10", "''")
ONE_OF_EACH = 2  # of a kind's texts, for every setting but the first


def cases():
    for number, (key, (line, old, out_of_range)) in enumerate(SETTINGS.items()):
        for kind, texts in NEVER.items():
            for text in texts if number < 2 else texts[:ONE_OF_EACH]:
                if key == "batch_size" and text == "all":
                    continue
                yield spec(kind, f"{key}: {text[:24]}", changed(old, f"{key}: {text}"), f"s.yaml:{line}:", key)
        for text in out_of_range:
            yield spec("out of range", f"{key}: {text}", changed(old, f"{key}: {text}"), f"s.yaml:{line}:", key, text)
    for text in TOPOLOGIES:
        yield spec("topology", text[:24], changed("hidden: [16]", f"hidden: {text}"), "s.yaml:8:", "hidden")
    yield spec("axis value", "one of many is none", GOOD + "  l2: [0, 1e-5, .nan, 1e-4]\n", "s.yaml:14:17", ".nan")
    yield spec("axis value", "one of many is out of range", GOOD + "  l1: [0, 1, -1]\n", "s.yaml:14:14", "-1")
    yield spec("axis value", "a mapping among numbers", GOOD + "  l1: [0, {a: 1}]\n", "s.yaml:14:", "l1")
    yield spec("axis value", "{value: [..]}", GOOD + "  l1: {value: [1, 2]}\n", "s.yaml:14:", "l1")
    yield spec("axis value", "{min, max}", GOOD + "  l1: {min: 0, max: 1}\n", "s.yaml:14:", "l1")

#!/usr/bin/python3
"""Bad files and command lines: each must end with exit code 2 and words that help, and change nothing.

    bad_input.py PROGRAM [PATTERN]    PATTERN: only cases whose "kind: name" holds it, with what they print

Every case is made here, in a folder of its own; nothing binary is kept in the tree. The folder must look
the same afterwards, the program may take a second of processor time and 256 MiB, and what it prints must be
text. Broken copies of good files (seeded) follow: those may be read, but must end by exit code as well.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent.parent)]
sys.dont_write_bytecode = True
try:
    import h5py  # noqa: F401  the cases need both
    import numpy  # noqa: F401
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

import bad_commands
import bad_data
import bad_journals
import bad_numbers
import bad_results
import bad_specs
import broken_copies
from cases import snapshot

LEAST_CASES, LEAST_KINDS = 300, 80
MOST_SECONDS, MOST_BYTES, MOST_TEXT = 1.0, 256 << 20, 16 << 10
# Control characters but line breaks and tabs, and those that turn the direction of writing.
UNPRINTABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
WAIT_SECONDS = 120  # of the wall's clock: the machine may be busy with other things


class Runner:
    def __init__(self, program, work):
        self.program, self.work = program, work
        # AddressSanitizer is slower by a factor and takes terabytes of addresses.
        content = pathlib.Path(program).read_bytes()
        self.sanitized = b"__asan_init" in content or b"__tsan_init" in content
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("MLPSWEEP_")}
        self.environment |= {"HOME": str(work), "LC_ALL": "C.UTF-8", "ASAN_OPTIONS": "detect_leaks=0"}

    def call(self, folder, words):
        """Exit code (negative: a signal), stdout, stderr, rusage."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen([self.program, *words], cwd=folder, env=self.environment,
                                     stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            timer = threading.Timer(WAIT_SECONDS, child.kill)
            timer.start()
            _, status, usage = os.wait4(child.pid, 0)
            timer.cancel()
            child.returncode = os.waitstatus_to_exitcode(status)
            for file in (out, err):
                file.seek(0)
            return child.returncode, out.read(), err.read(), usage

    def faults(self, case, code, out, err, usage):
        if code not in case.codes:
            yield f"exit {code} instead of {' or '.join(map(str, case.codes))}"
        try:
            text = (out + err).decode()
        except UnicodeDecodeError as error:
            yield f"what it printed is no UTF-8: {error}"
            text = (out + err).decode(errors="replace")
        told = err.decode(errors="replace")
        if UNPRINTABLE.search(text):
            yield "control characters in what it printed"
        for noise in ("Sanitizer", "runtime error", "HDF5-DIAG", "terminate called", "std::", "basic_string"):
            if noise in told:
                yield f"'{noise}' in what it said"
        if code in (2, 3) and not told.strip():
            yield "no word of what is wrong"
        if len(err) > MOST_TEXT:
            yield f"{len(err)} bytes of complaint"
        for word in case.words:
            if code != 0 and word not in told:
                yield f"'{word}' is not in what it said"
        for word in case.never:
            if word in text:
                yield f"'{word}' is in what it printed"
        seconds = usage.ru_utime + usage.ru_stime
        if seconds > MOST_SECONDS * (20 if self.sanitized else 1):
            yield f"{seconds:.1f} s of processor time"
        if usage.ru_maxrss * 1024 > MOST_BYTES and not self.sanitized:
            yield f"{usage.ru_maxrss // 1024} MiB of memory"

    def run(self, number, case):
        """What is wrong with the case's end, as texts; and what was printed."""
        folder = self.work / f"{number:04}"
        folder.mkdir()
        case.make(folder)
        before = snapshot(folder)
        code, out, err, usage = self.call(folder, case.command)
        wrong = list(self.faults(case, code, out, err, usage))
        if case.check:
            wrong += case.check(self, folder, code, out)
        if not case.writes and (after := snapshot(folder)) != before:
            wrong.append(f"files were made or changed: {sorted(set(after.items()) ^ set(before.items()))}")
        shutil.rmtree(folder)
        return wrong, f"  exit {code}, {usage.ru_utime + usage.ru_stime:.2f} s, {usage.ru_maxrss >> 10} MiB\n" + \
            "".join(f"    {line[:200]}\n" for line in (out[-2000:] + err).decode(errors="backslashreplace").splitlines()[:20])


def main():
    program, pattern = pathlib.Path(sys.argv[1]).resolve(), (sys.argv[2:] or [""])[0]
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch)
        runner = Runner(program, work)
        good = bad_journals.make_good(runner, work)
        corpus = [*bad_specs.cases(), *bad_numbers.cases(), *bad_commands.cases(good), *bad_data.cases(),
                  *bad_results.cases(good), *bad_journals.cases(good)]
        copies = broken_copies.cases(good)
        chosen = [case for case in [*corpus, *copies] if pattern in f"{case.kind}: {case.name}"]
        failed = 0
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for case, (wrong, printed) in zip(chosen, pool.map(runner.run, range(len(chosen)), chosen)):
                failed += bool(wrong)
                if wrong or pattern:
                    print(f"{'FAILED' if wrong else 'ok'} {case.kind}: {case.name} ({' '.join(case.command)})")
                    print("".join(f"  {text}\n" for text in wrong) + printed, end="", flush=True)
    kinds = {case.kind for case in corpus}
    print(f"{len(corpus)} bad files and command lines of {len(kinds)} kinds, {len(copies)} broken copies of good "
          f"files; {len(chosen)} run, {failed} failed")
    if len(corpus) < LEAST_CASES or len(kinds) < LEAST_KINDS:
        sys.exit(f"expected at least {LEAST_CASES} cases of {LEAST_KINDS} kinds")
    names = [f"{case.kind}: {case.name}" for case in corpus]
    if len(set(names)) < len(names):
        sys.exit(f"named twice: {sorted(name for name in set(names) if names.count(name) > 1)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

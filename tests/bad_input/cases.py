"""What a case is, and what many of them share."""
import dataclasses
import hashlib
import os
import shutil

LARGE = 8 << 20


@dataclasses.dataclass
class Case:
    kind: str
    name: str
    command: list
    words: tuple = ()  # each stands in what the program says
    files: dict = dataclasses.field(default_factory=dict)  # name -> bytes, text, or a function of its path
    codes: tuple = (2,)
    never: tuple = ()  # none of these stands in what it prints
    writes: bool = False  # files may be made or changed
    check: object = None  # (runner, folder, code, stdout) -> what is wrong beside all that, as texts

    def make(self, folder):
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if callable(content):
                content(path)
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())


def snapshot(folder):
    """Every name below with what lies there; links as links."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(folder))] = "-> " + os.readlink(path)
        elif path.is_file() and path.stat().st_size > LARGE:  # made of holes or zeros: not worth reading
            found[str(path.relative_to(folder))] = f"{path.stat().st_size} bytes of {path.stat().st_mtime_ns}"
        elif path.is_file() and os.access(path, os.R_OK):
            found[str(path.relative_to(folder))] = hashlib.sha1(path.read_bytes()).hexdigest()
        else:
            found[str(path.relative_to(folder))] = "folder or device"
    return found


def copy_of(good, change=None):
    """A function that puts a copy of a good file or folder at a path, then changes it."""
    def make(path):
        if good.is_dir():
            shutil.copytree(good, path)
        else:
            shutil.copy(good, path)
        if change:
            change(path)
    return make

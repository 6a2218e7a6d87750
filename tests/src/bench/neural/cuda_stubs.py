"""Lets the PyTorch of PyPI run on its CPU kernels without the gigabytes of CUDA that it is linked with.

Makes shared libraries of the names that it wants, in which every function answers "no device" (error 100 of CUDA), beside the
packages of this Python; prints their folder, which LD_LIBRARY_PATH must name. Needs gcc and binutils.
"""
import collections, glob, os, re, subprocess, sys, sysconfig

packages = sysconfig.get_paths()["purelib"]
libraries = sorted(glob.glob(os.path.join(packages, "torch", "lib", "*.so*")))
folder = os.path.join(sys.prefix, "cuda-stubs")


def lines(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def needed(file):
    return [found[1] for line in lines("readelf", "-dW", file) if (found := re.search(r"NEEDED.*\[(.+)\]", line))]


def versions(file):
    """The symbol versions that a library wants, by the library that shall have them."""
    wanted, name = collections.defaultdict(set), ""
    for line in lines("readelf", "-VW", file):
        if found := re.search(r"Version: 1\s+File: (\S+)", line):
            name = found[1]
        elif name and (found := re.search(r"Name: (\S+)\s+Flags", line)):
            wanted[name].add(found[1])
        elif line.startswith("Version symbols"):
            name = ""
    return wanted


def make():
    present = {os.path.basename(file) for file in libraries}
    known = set(re.findall(r"^\s*(\S+) \(", "\n".join(lines("/sbin/ldconfig", "-p")), re.M))
    missing, wanted = set(), collections.defaultdict(set)
    for file in libraries:
        absent = {name for name in needed(file) if name not in present and name not in known}
        missing |= absent
        for name, all in versions(file).items():
            if name not in known and name not in present:
                wanted[name] |= all
    defined = {line.split()[-1].split("@")[0] for file in libraries for line in lines("nm", "-D", "--defined-only", file)}
    symbols = collections.defaultdict(set)
    for file in libraries:
        for line in lines("nm", "-D", "--undefined-only", file):
            name, _, version = line.split()[-1].partition("@")
            kind = line.split()[-2]
            if name not in defined and kind == "U" and (version or not name.startswith("_Z")):
                symbols[version.lstrip("@")].add(name)
    os.makedirs(folder, exist_ok=True)
    owners = {version: name for name, all in wanted.items() for version in all}
    rest = symbols[""] - {name for version, names in symbols.items() if version for name in names}
    for library in sorted(missing):
        own = {version: symbols[version] for version in wanted[library]}
        code, script = [], []
        for version, names in own.items():
            code += [f"int {name}(void) {{ return 100; }}" for name in sorted(names)]
            script.append(f"{version} {{ global: {' '.join(name + ';' for name in sorted(names))} }};")
        if library == min(missing):
            code += [f"__attribute__((weak)) int {name}(void) {{ return 100; }}" for name in sorted(rest)]
        source = os.path.join(folder, library)
        with open(source + ".c", "w") as out:
            out.write("\n".join(code))
        with open(source + ".map", "w") as out:
            out.write("\n".join(script))
        scripted = [f"-Wl,--version-script={source}.map"] if script else []
        soname = f"-Wl,-soname,{library}"
        lines("gcc", "-shared", "-fPIC", "-w", "-fno-builtin", soname, *scripted, "-o", source, source + ".c")


if not os.path.exists(os.path.join(folder, "done")):
    make()
    open(os.path.join(folder, "done"), "w").close()
print(folder, end="")

"""Calls functions of a shared library as standard input says, and prints what they gave as one line of JSON.

The order and the answer are described in ../calls.ts; ../child.ts does the same in Bun. Python 3.4 and newer.
"""
import json
import os
import sys

MOST_ROUNDS = 256


def main():
    order = json.loads(sys.stdin.read())
    # What the library prints is no answer.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        result = Caller(order["path"]).run(order["steps"])
    except NotLoaded as error:
        result = {"why": str(error)}
    answer.write(json.dumps(result) + "\n")
    answer.flush()
    # Not through what the library has registered for the end.
    os._exit(0)


def tell(text):
    os.write(2, ("gpu-setup: %s\n" % text).encode("ascii", "replace"))


class NotLoaded(Exception):
    pass


class Stop(Exception):
    """A call that the rest of its list stands on has failed."""


class Caller:
    def __init__(self, path):
        tell("loading")
        try:
            self.library = ctypes.CDLL(path)
        except OSError as error:
            raise NotLoaded(error)
        self.variables = {}
        self.counters = {}
        self.calls = []

    def run(self, steps):
        try:
            self.steps(steps)
        except Stop:
            pass
        return {"calls": self.calls}

    def steps(self, steps):
        for step in steps:
            if "each" in step:
                self.rounds(step)
            else:
                self.call(step)

    def rounds(self, step):
        limit = step["upTo"]
        if not isinstance(limit, int):
            limit = self.value(limit)
        for number in range(min(limit, MOST_ROUNDS)):
            self.counters[step["each"]] = number
            self.variables[step["each"]] = ("u32", ctypes.create_string_buffer(packed("u32", number), 4))
            try:
                self.steps(step["do"])
            except Stop:
                pass
        self.counters.pop(step["each"], None)

    def call(self, step):
        names = [step["call"]] if isinstance(step["call"], str) else step["call"]
        name = next((one for one in names if hasattr(self.library, one)), None)
        made = {"call": name or names[0], "code": None}
        if self.counters:
            made["at"] = dict(self.counters)
        self.calls.append(made)
        wanted = []
        # Also for a function that is not there: what stands in a variable is never of an earlier round.
        arguments = [self.argument(one, wanted) for one in step["with"]]
        if name is not None:
            tell("calling " + name)
            function = getattr(self.library, name)
            function.restype = ctypes.c_int32
            made["code"] = function(*arguments)
            if made["code"] == 0 and wanted:
                made["out"] = dict((out, self.read(out)) for out in wanted)
        if step.get("must") and made["code"] != 0:
            raise Stop()

    def argument(self, one, wanted):
        if "value" in one:
            return scalar(one["as"])(one["value"])
        if "of" in one:
            kind, memory = self.variables[one["of"]]
            return scalar(kind)(self.value(one["of"]))
        if "at" in one:
            return self.address(one["at"])
        if "atList" in one:
            places = [ctypes.addressof(self.variables[name][1]) for name in one["atList"]]
            self.variables["list " + " ".join(one["atList"])] = ("", (ctypes.c_uint64 * len(places))(*places))
            return self.address("list " + " ".join(one["atList"]))
        if "text" in one:
            self.variables["text " + one["text"]] = ("", ctypes.create_string_buffer(one["text"].encode("utf-8")))
            return self.address("text " + one["text"])
        return self.new(one, wanted)

    def new(self, one, wanted):
        structure = one.get("struct")
        kind = structure or one["as"]
        size = structure["bytes"] * structure.get("most", 1) if structure else bytes_of(kind)
        memory = ctypes.create_string_buffer(size)
        self.variables[one["out"]] = (kind, memory)
        if structure:
            for offset, type_, value in structure.get("set", []):
                ctypes.memmove(ctypes.addressof(memory) + offset, packed(type_, value), bytes_of(type_))
        elif "set" in one:
            ctypes.memmove(memory, packed(kind, one["set"]), size)
        if kind != "address":
            wanted.append(one["out"])
        return self.address(one["out"])

    def address(self, name):
        return ctypes.c_void_p(ctypes.addressof(self.variables[name][1]))

    def value(self, name):
        kind, memory = self.variables[name]
        return unpacked(kind, memory.raw, 0)

    def read(self, name):
        kind, memory = self.variables[name]
        if not isinstance(kind, dict):
            return unpacked(kind, memory.raw, 0)
        if "most" not in kind:
            return self.fields(kind, memory.raw, 0)
        count = min(self.value(kind["count"]), kind["most"]) if "count" in kind else kind["most"]
        return [self.fields(kind, memory.raw, at * kind["bytes"]) for at in range(count)]

    def fields(self, kind, raw, base):
        return dict((key, unpacked(type_, raw, base + at)) for key, (at, type_) in kind["fields"].items())


def scalar(kind):
    return {
        "u8": ctypes.c_uint8,
        "u32": ctypes.c_uint32,
        "i32": ctypes.c_int32,
        "u64": ctypes.c_uint64,
        "address": ctypes.c_uint64,
    }[kind]


def bytes_of(kind):
    if kind.startswith("text:"):
        return int(kind[5:])
    if kind.startswith("u32*"):
        return 4 * int(kind[4:])
    return ctypes.sizeof(scalar(kind))


def packed(kind, value):
    return bytes(bytearray(scalar(kind)(value)))


def unpacked(kind, raw, at):
    if kind.startswith("text:"):
        return raw[at : at + bytes_of(kind)].split(b"\0", 1)[0].decode("utf-8", "replace")
    if kind.startswith("u32*"):
        return list((ctypes.c_uint32 * int(kind[4:])).from_buffer_copy(raw, at))
    return scalar(kind).from_buffer_copy(raw, at).value


try:
    import ctypes
    import resource
except ImportError as error:
    sys.stderr.write("this python3 cannot call libraries: %s\n" % error)
    sys.exit(1)

# Neither a core file nor a report of it, and an end with the program that waits for the answer (PR_SET_PDEATHSIG, SIGKILL).
resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
main()

"""What scripts/gpu-check.sh runs: see there. Python 3.5 and newer, no packages.

Each step has a time limit; what cannot be run says why, and is never counted as passed. Standard output (or the file that
is named) gets Markdown for docs/gpu-results.md, standard error the progress.
"""
import datetime
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = os.path.join(ROOT, "src", "smoke", "cuda")
PROBE_SECONDS, DOCTOR_SECONDS, COMPILE_SECONDS, RUN_SECONDS = 30, 120, 300, 180

# Library, a header of its own, the macro by which versions.cu asks for it.
LIBRARIES = [
    ("cublas", "cublas_v2.h", "WITH_CUBLAS"),
    ("cufft", "cufft.h", "WITH_CUFFT"),
    ("curand", "curand.h", "WITH_CURAND"),
    ("cusparse", "cusparse.h", "WITH_CUSPARSE"),
    ("cusolver", "cusolver_common.h", "WITH_CUSOLVER"),
    ("nvrtc", "nvrtc.h", "WITH_NVRTC"),
    ("cudnn", "cudnn.h", "WITH_CUDNN"),
]
# Program, what it shows, what it links with; all of them need a GPU.
PROGRAMS = [
    ("device", "device properties", []),
    ("kernel", "kernel checked number by number, bandwidth", []),
    ("cublas", "cuBLAS matrix products against the CPU", ["cublas"]),
    ("cudnn", "cuDNN convolution against the CPU", ["cudnn"]),
    ("step", "training step: convolution, batch norm, leaky ReLU", ["cublas"]),
]


class Result:
    def __init__(self, name, status, because="", seconds=0.0, figures=None):
        self.name, self.status, self.because = name, status, because
        self.seconds, self.figures = seconds, figures or {}
        tell("%s: %s%s" % (name, status, ": " + because if because else ""))


def tell(text):
    sys.stderr.write("gpu-check: %s\n" % printable(text))
    sys.stderr.flush()


def run(argv, seconds, cwd=None):
    """(exit code, stdout, stderr, seconds); exit code None where it was not found or did not end in time."""
    start = time.time()
    try:
        child = subprocess.Popen(
            argv,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(os.environ, LC_ALL="C"),
            start_new_session=True,
        )
    except OSError as error:
        return None, "", "%s: %s" % (argv[0], error.strerror), 0.0
    try:
        out, err = child.communicate(timeout=seconds)
    except BaseException as error:
        # nvcc has children: the whole group ends, also at Ctrl-C.
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        return None, "", "no end within %d s" % seconds, time.time() - start
    return child.returncode, out.decode("utf8", "replace"), err.decode("utf8", "replace"), time.time() - start


def telling_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines if re.search(r"\b(error|fatal)\b", line, re.I)]
    return (named or lines[-1:] or ["it said nothing"])[0][:300]


def find_gpu():
    """(name, driver version, compute capability or None), or why there is none."""
    code, out, err, _ = run(["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"], PROBE_SECONDS)
    if code != 0 or not out.strip():
        return None, telling_line(err or out)
    name, driver = [part.strip() for part in (out.strip().splitlines()[0] + ", ?").split(",")[:2]]
    # Drivers before 510 do not know this question.
    code, out, _, _ = run(["nvidia-smi", "--query-gpu=compute_cap", "--format=csv,noheader"], PROBE_SECONDS)
    found = re.match(r"^(\d+)\.(\d)\s*$", out.splitlines()[0]) if code == 0 and out.strip() else None
    return {"name": name, "driver": driver, "capability": found and int(found.group(1) + found.group(2))}, ""


def architecture(nvcc, capability):
    """Machine code where nvcc makes it, else PTX that the driver compiles; nothing for nvcc's own choice."""
    if capability is None:
        return []
    _, out, _, _ = run([nvcc, "--help"], PROBE_SECONDS)
    known = sorted(set(int(one) for one in re.findall(r"'sm_(\d{2,3})'", out)))
    older = [one for one in known if one <= capability]
    if not older:
        return []
    best = older[-1]
    code = "sm" if best == capability else "compute"
    return ["-gencode=arch=compute_%d,code=%s_%d" % (best, code, best)]


def usable_libraries(nvcc, work):
    """Those that nvcc both finds the header of and links."""
    usable = []
    for name, header, _ in LIBRARIES:
        source = os.path.join(work, "probe_%s.cu" % name)
        with open(source, "w") as file:
            file.write("#include <%s>\nint main() { return 0; }\n" % header)
        code, _, _, _ = run([nvcc, "-o", source[:-3], source, "-l" + name], COMPILE_SECONDS, work)
        if code == 0:
            usable.append(name)
    return usable


def run_doctor(*options):
    """(its document, exit code, seconds), or why there is none. With Node and a build, or with the executable; this script installs nothing."""
    candidates = [
        ["node", os.path.join(ROOT, "dist", "main.js")],
        [os.path.join(ROOT, "dist", "gpu-setup-linux-x64")],
    ]
    for argv in candidates:
        if not os.path.exists(argv[-1]) or shutil.which(argv[0]) is None:
            continue
        code, out, err, seconds = run(argv + ["doctor", "--json"] + list(options), DOCTOR_SECONDS)
        try:
            result = json.loads(out)
            if result["verdict"] and isinstance(result["diagnoses"], list):
                return (result, code, seconds), ""
        except (ValueError, KeyError, TypeError):
            pass
        tell("%s does not answer: %s" % (argv[-1], telling_line(err or out)))
    return None, "neither Node with dist/main.js nor the executable is here (npm run build)"


def doctor(gpu):
    name = "gpu-setup doctor"
    answer, why = run_doctor()
    if answer is None:
        return Result(name, "not run", why)
    result, code, seconds = answer
    found = ["%s (%s)" % (one["code"], one["subject"]) for one in result["diagnoses"]]
    figures = {"verdict": result["verdict"], "diagnoses": ", ".join(found) or "none"}
    if gpu is None:
        return Result(name, "not run", "no GPU to judge", seconds, figures)
    return Result(name, "failed" if code == 1 else "passed", "", seconds, figures)


def deep(gpu, work):
    """Every GPU computes; what NVML says of it is what nvidia-smi says."""
    name, nvml = "gpu-setup doctor --deep", "NVML against nvidia-smi"
    if gpu is None:
        return [Result(name, "not run", "no GPU to compute on"), Result(nvml, "not run", "no GPU to ask about")]
    record = os.path.join(work, "record.json")
    answer, why = run_doctor("--deep", "--record", record)
    if answer is None:
        return [Result(name, "not run", why), Result(nvml, "not run", why)]
    result, _, seconds = answer
    return [computed(name, result["facts"].get("compute"), seconds), compared(nvml, record)]


def computed(name, facts, seconds):
    if facts is None:
        return Result(name, "not run", "it does not say that a GPU was made to compute", seconds)
    figures = {"library": facts["library"], "outcome": facts["outcome"], "serves CUDA": facts["cuda"]}
    for one in facts["gpus"]:
        figures["GPU %d" % one["index"]] = "%s, %s, %s MiB: %s" % (
            one["name"], one["computeCapability"], one["memoryMiB"], one["result"])
    right = facts["gpus"] and all(one["result"] == "right" for one in facts["gpus"])
    because = "" if right else str(facts["why"] or facts["failure"] or "see the figures")
    return Result(name, "passed" if right else "failed", because, seconds, figures)


# What does not change between two looks: name in NVML's answers, column of nvidia-smi, units of the former in one of the latter.
COMPARED = [
    ("powerLimit", "power.limit", 1000.0),
    ("generationMost", "pcie.link.gen.max", 1.0),
    ("widthMost", "pcie.link.width.max", 1.0),
    ("slowdownTemperature", None, 1.0),
]


def compared(name, record):
    try:
        with open(record, encoding="utf8") as file:
            reply = json.load(file)["libraries"]["nvml"]["reply"]
        calls = reply["calls"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Result(name, "failed", "NVML was not asked, or did not answer: %s" % error)
    columns = [column for _, column, _ in COMPARED if column]
    code, out, err, _ = run(
        ["nvidia-smi", "--query-gpu=" + ",".join(columns), "--format=csv,noheader,nounits"], PROBE_SECONDS
    )
    if code != 0:
        return Result(name, "not run", telling_line(err or out))
    figures, differ = {}, []
    for index, line in enumerate(out.strip().splitlines()):
        said = dict(zip(columns, [cell.strip() for cell in line.split(",")]))
        own = {}
        for call in calls:
            if (call.get("at") or {}).get("gpu") == index:
                own.update(call.get("out") or {})
        failed = sorted(set(call["call"] for call in calls
                            if (call.get("at") or {}).get("gpu") == index and call["code"] not in (0, 3, None)))
        for key, column, unit in COMPARED:
            value = own.get(key)
            shown = said.get(column, "") if column else ""
            figures["GPU %d, %s" % (index, column or key)] = "%s by NVML%s" % (
                None if value is None else value / unit, ", %s by nvidia-smi" % shown if column else "")
            if re.match(r"^[0-9.]+$", shown) and (value is None or abs(value / unit - float(shown)) > 0.5):
                differ.append("GPU %d %s" % (index, column))
        figures["GPU %d, calls that failed" % index] = ", ".join(failed) or "none"
    return Result(name, "failed" if differ else "passed", ", ".join(differ), 0.0, figures)


def program(name, title, libraries, nvcc, work, flags, usable, can_run):
    """Compiles and runs one of src/smoke/cuda; compiles it even where it cannot run."""
    missing = [one for one in libraries if one not in usable]
    if missing:
        return Result(title, "not run", "nvcc finds no " + ", ".join(missing))
    binary = os.path.join(work, name)
    links = ["-l" + one for one in libraries]
    source = os.path.join(SOURCES, name + ".cu")
    code, out, err, _ = run([nvcc, "-std=c++11"] + flags + ["-o", binary, source] + links, COMPILE_SECONDS, work)
    if code != 0:
        return Result(title, "failed", "it does not compile: " + telling_line(err + out))
    if not can_run:
        return Result(title, "not run", "no GPU; it compiles")
    return judged(title, *run([binary], RUN_SECONDS, work))


def judged(title, code, out, err, seconds):
    """The programs judge themselves: exit code 1 is a wrong result, or an error that is named."""
    try:
        figures = json.loads(out)
    except ValueError:
        return Result(title, "failed", telling_line(err or out), seconds)
    if code == 0:
        return Result(title, "passed", "", seconds, figures)
    error = figures.get("error")
    because = "%s: %s" % (error.get("what"), error.get("text")) if isinstance(error, dict) else "wrong results"
    return Result(title, "failed", because, seconds, {} if isinstance(error, dict) else figures)


def flat(figures, before=""):
    """[("sgemm.error", 0.1), ...]"""
    rows = []
    items = figures.items() if isinstance(figures, dict) else enumerate(figures)
    for key, value in items:
        path = "%s%s" % (before, key)
        rows += flat(value, path + ".") if isinstance(value, (dict, list)) else [(path, value)]
    return rows


def printable(text):
    """Names come from devices and logs: no control characters, nothing that Markdown would take for its own."""
    return "".join(char if char.isprintable() else "?" for char in str(text))


def cell(text):
    return re.sub(r"([|<>`*_\[\]\\])", r"\\\1", printable(text))


def markdown(results, gpu, nvcc_version):
    device = "%s, driver %s" % (gpu["name"], gpu["driver"]) if gpu else "no GPU"
    lines = ["## %s: %s" % (datetime.date.today().isoformat(), cell(device)), ""]
    lines += ["CUDA compiler: %s. Written by scripts/gpu-check.sh." % cell(nvcc_version or "none"), ""]
    lines += ["| Step | Result | Seconds |", "|---|---|---|"]
    for one in results:
        result = one.status + (": " + cell(one.because) if one.because else "")
        lines.append("| %s | %s | %s |" % (cell(one.name), result, "%.1f" % one.seconds if one.seconds else ""))
    for one in results:
        if one.figures:
            lines += ["", "### %s" % cell(one.name), "", "| Figure | Value |", "|---|---|"]
            lines += ["| %s | %s |" % (cell(key), cell(value)) for key, value in flat(one.figures)]
    return "\n".join(lines) + "\n"


def check(work):
    gpu, why = find_gpu()
    results = [Result("nvidia-smi", "passed", figures=gpu) if gpu else Result("nvidia-smi", "not run", why)]
    results.append(doctor(gpu))
    results += deep(gpu, work)
    nvcc = shutil.which("nvcc") or shutil.which("nvcc", path=os.path.join(os.environ.get("CUDA_HOME", "/"), "bin"))
    if nvcc is None:
        results += [Result(title, "not run", "there is no nvcc on PATH or in $CUDA_HOME") for _, title, _ in PROGRAMS]
        return results, gpu, None
    _, out, _, _ = run([nvcc, "--version"], PROBE_SECONDS)
    version = re.search(r"release \S+ V(\S+)", out)
    usable = usable_libraries(nvcc, work)
    flags = architecture(nvcc, gpu and gpu["capability"])
    macros = [macro for name, _, macro in LIBRARIES if name in usable]
    # Versions as linked: the one program that needs no GPU. The shared runtime is the one that others load.
    shared = ["-cudart", "shared"] + ["-D" + macro for macro in macros]
    results.append(program("versions", "versions as linked", usable, nvcc, work, flags + shared, usable, True))
    for name, title, libraries in PROGRAMS:
        results.append(program(name, title, libraries, nvcc, work, flags, usable, gpu is not None))
    return results, gpu, version and version.group(1)


def main(argv):
    if len(argv) > 1 or (argv and argv[0].startswith("-")):
        sys.stderr.write("usage: scripts/gpu-check.sh [RESULTS.md]\n")
        return 2
    work = tempfile.mkdtemp(prefix="gpu-check-")
    try:
        results, gpu, version = check(work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    text = markdown(results, gpu, version)
    if argv:
        with open(argv[0], "w", encoding="utf8") as file:
            file.write(text)
    else:
        sys.stdout.write(text)
    statuses = set(one.status for one in results)
    return 1 if "failed" in statuses else 3 if "not run" in statuses else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

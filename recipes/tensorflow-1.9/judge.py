"""Judges what smoke.py measured: arithmetic alone, no TensorFlow, Python 3.6 and newer.

Batch normalisation keeps moving averages for inference: after every training step that runs its update operations

    average = decay * average + (1 - decay) * value of the batch

so that after n steps decay**n of the start value (mean 0, variance 1) is still in it.
"""
import math

# Of the moving averages, relative: FP32 sums in another order.
AVERAGE_TOLERANCE = 1e-2
# Between accuracy with the statistics of the batch and with the moving averages.
ACCURACY_TOLERANCE = 0.05


def remaining(decay, steps):
    """Share of the start value that is left after so many updates; 0.41 for 0.9997 and 3000."""
    return decay**steps


def steps_until(decay, rest=0.01):
    """Updates until no more than `rest` of the start value is left; 15349 for 0.9997, 90 for 0.95."""
    return int(math.ceil(math.log(rest) / math.log(decay)))


def moving_average(start, values, decay):
    """The average after one update per value, by its definition."""
    average = start
    for value in values:
        average = decay * average + (1 - decay) * value
    return average


# Where on the ladder of gpu-setup's smoke a check belongs; batch normalisation is judged with is_training False.
RUNGS = {"devices": "device", "matrix-product": "libraries"}


def check(name, status, because, figures):
    """One line of the result; status is "passed", "failed" or "not-run", as on every rung of gpu-setup's smoke."""
    rung = RUNGS.get(name, "inference")
    return {"rung": rung, "name": name, "status": status, "because": because, "figures": figures}


def judge_devices(names, want_gpu):
    gpus = [name for name in names if "GPU" in name.upper()]
    figures = {"devices": names}
    if gpus:
        return check("devices", "passed", None, figures)
    if want_gpu:
        return check("devices", "failed", "TensorFlow sees no GPU; gpu-setup doctor says why", figures)
    return check("devices", "not-run", "this machine has no NVIDIA GPU; TensorFlow runs on the CPU", figures)


def judge_product(error, size, device):
    """error: largest difference from NumPy's FP64 product of FP32 numbers in [-1, 1)."""
    tolerance = size * 2.0**-23
    figures = {"size": size, "error": error, "tolerance": tolerance, "device": device}
    if error <= tolerance:
        return check("matrix-product", "passed", None, figures)
    because = "the product on %s differs from NumPy's by %.3g, more than rounding explains" % (device, error)
    return check("matrix-product", "failed", because, figures)


def training_name(case):
    return "batchnorm-%s-%s" % ("updated" if case["updates"] else "not-updated", case["decay"])


def judge_training(case):
    """One small network: with or without the update operations.

    case: updates (bool), decay, steps, moved (largest change of a moving mean), expected (the same by moving_average),
    deviation (largest difference from moving_average, as a share of `expected`), training and inference (accuracies,
    is_training True and False).
    """
    figures = dict(case, remaining=remaining(case["decay"], case["steps"]))
    because = wrong_averages(case) or wrong_accuracy(case)
    return check(training_name(case), "passed" if because is None else "failed", because, figures)


def wrong_averages(case):
    if not case["updates"]:
        if case["moved"] == 0:
            return None
        return "the moving averages changed though nothing ran their updates: this batch_norm updates them in place"
    if case["moved"] == 0 and case["expected"] != 0:
        return "batchnorm-not-updating: the update operations were run, and the moving averages are still those of the start"
    if case["deviation"] > AVERAGE_TOLERANCE:
        return "the moving averages are %.2g away from decay * average + (1 - decay) * batch" % case["deviation"]
    return None


def wrong_accuracy(case):
    """Inference must be as good as training where nearly nothing of the start values is left."""
    if case["training"] < 0.9:
        return "the network did not learn: accuracy %.2f" % case["training"]
    fit = case["updates"] and remaining(case["decay"], case["steps"]) < 0.01
    if fit and case["inference"] < case["training"] - ACCURACY_TOLERANCE:
        return "inference (%.2f) is worse than training (%.2f) with moving averages that are up to date" % (
            case["inference"],
            case["training"],
        )
    return None


def explain(case):
    """In a sentence: what is_training False makes of this network, and why."""
    lost = case["training"] - case["inference"] > ACCURACY_TOLERANCE
    figures = "accuracy %.2f in training, %.2f with is_training False" % (case["training"], case["inference"])
    if not case["updates"]:
        why = "update operations never run: the moving averages are those of the start (mean 0, variance 1)"
    else:
        rest = remaining(case["decay"], case["steps"])
        why = "%.0f %% of the start values left after %d steps with decay %s" % (
            100 * rest,
            case["steps"],
            case["decay"],
        )
        if rest > 0.01:
            why += " (under 1 %% after %d)" % steps_until(case["decay"])
    return "%s: %s%s" % (training_name(case), figures, "; " + why if lost or not case["updates"] else "")


def overall(checks):
    statuses = [one["status"] for one in checks]
    if "failed" in statuses:
        return "failed"
    return "partial" if "not-run" in statuses else "passed"

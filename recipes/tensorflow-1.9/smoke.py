"""Whether TensorFlow 1.9 computes on this machine, and what batch normalisation does in it.

    python smoke.py [--want-gpu]

Prints one line of JSON: { "overall", "versions", "checks": [ { "rung", "name", "status", "because", "figures" } ], "notes" }.
"""
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.python.client import device_lib  # noqa: E402

import judge  # noqa: E402

slim = tf.contrib.slim
SIZE = 512
STEPS = 3000
BATCH = 64


# A GPU may have a screen on it: take what is needed, not all there is.
CONFIG = tf.ConfigProto(gpu_options=tf.GPUOptions(allow_growth=True))


def session():
    return tf.Session(config=CONFIG)


def product_check(device):
    random = np.random.RandomState(1)
    a = random.uniform(-1, 1, (SIZE, SIZE)).astype(np.float32)
    b = random.uniform(-1, 1, (SIZE, SIZE)).astype(np.float32)
    with tf.Graph().as_default(), tf.device(device), session() as running:
        product = running.run(tf.matmul(tf.constant(a), tf.constant(b)))
    error = np.abs(product - np.dot(a.astype(np.float64), b.astype(np.float64))).max()
    return judge.judge_product(float(error), SIZE, device)


def drawn(count, seed):
    """Points in two classes; far from the origin, so that statistics of the start (mean 0, variance 1) are far off."""
    points = np.random.RandomState(seed).normal((20.0, -15.0), (3.0, 3.0), (count, 2)).astype(np.float32)
    return points, (points[:, 0] + points[:, 1] > 5.0).astype(np.int64)


def train(updates, decay):
    """A network with one batch-normalised layer, the update operations run with every step or never."""
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        points = tf.placeholder(tf.float32, (None, 2))
        classes = tf.placeholder(tf.int64, (None,))
        is_training = tf.placeholder(tf.bool, ())
        before = slim.fully_connected(points, 16, activation_fn=None, biases_initializer=None)
        hidden = tf.nn.relu(slim.batch_norm(before, decay=decay, scale=True, is_training=is_training, scope="norm"))
        logits = slim.fully_connected(hidden, 2, activation_fn=None)
        loss = tf.losses.sparse_softmax_cross_entropy(classes, logits)
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS) if updates else []):
            step = tf.train.AdamOptimizer(0.01).minimize(loss)
        accuracy = tf.reduce_mean(tf.to_float(tf.equal(tf.argmax(logits, 1), classes)))
        # Of the tensor that is normalised: what the update of this very step sees.
        batch_mean = tf.reduce_mean(before, 0)
        moving_mean = [one for one in tf.global_variables() if one.op.name == "norm/moving_mean"][0]
        with session() as running:
            running.run(tf.global_variables_initializer())
            start = running.run(moving_mean)
            means = []
            for number in range(STEPS):
                x, y = drawn(BATCH, number)
                _, mean = running.run([step, batch_mean], {points: x, classes: y, is_training: True})
                means.append(mean)
            x, y = drawn(2000, STEPS)
            training, inference = [
                float(running.run(accuracy, {points: x, classes: y, is_training: mode})) for mode in (True, False)
            ]
            end = running.run(moving_mean)
    expected = judge.moving_average(start, means, decay)
    scale = float(np.abs(expected - start).max())
    return {
        "updates": updates,
        "decay": decay,
        "steps": STEPS,
        "moved": float(np.abs(end - start).max()),
        "expected": scale,
        "deviation": float(np.abs(end - expected).max()) / scale,
        "training": training,
        "inference": inference,
    }


def main():
    names = [device.name for device in device_lib.list_local_devices(CONFIG)]
    gpu = any("GPU" in name.upper() for name in names)
    checks = [
        judge.judge_devices(names, "--want-gpu" in sys.argv[1:]),
        product_check("/device:GPU:0" if gpu else "/cpu:0"),
    ]
    cases = [train(updates, decay) for updates in (True, False) for decay in (0.95, 0.9997)]
    checks += [judge.judge_training(case) for case in cases]
    result = {
        "overall": judge.overall(checks),
        "versions": {"tensorflow": tf.__version__, "numpy": np.__version__, "python": sys.version.split()[0]},
        "checks": checks,
        "notes": [judge.explain(case) for case in cases],
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

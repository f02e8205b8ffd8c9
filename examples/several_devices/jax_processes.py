"""JAX, several processes: `keras.distribution.initialize`, then `DataParallel` over all of them.

`python jax_processes.py --processes 2 --log-dir runs/jax_processes` starts them on this machine.

What is special: every process runs the same program on its own part of each batch, so that all of
them ask the same cases together.
"""

import argparse
import os
import subprocess
import sys

os.environ["KERAS_BACKEND"] = "jax"
arguments = argparse.ArgumentParser()
arguments.add_argument("--processes", type=int, default=2)
arguments.add_argument("--index", type=int)
arguments.add_argument("--port", type=int, default=23556)
arguments.add_argument("--log-dir", default="runs/jax_processes")
given = arguments.parse_args()

if given.index is None:
    same = [sys.executable, __file__, *sys.argv[1:]]
    running = [subprocess.Popen([*same, "--index", str(i)]) for i in range(given.processes)]
    sys.exit(max(process.wait() for process in running))

import jax
import keras

jax.config.update("jax_cpu_collectives_implementation", "gloo")  # processors only
keras.distribution.initialize(f"localhost:{given.port}", given.processes, given.index)
keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))

import project

tuner = project.make()
asked, callbacks = project.monitors(tuner, given.log_dir)
own = project.BATCH_SIZE // given.processes  # rows of each batch in this process
starts = range(given.index * own, len(project.TEXTS), project.BATCH_SIZE)
history = tuner.fit(
    [text for start in starts for text in project.TEXTS[start : start + own]],
    batch_size=own,
    epochs=project.EPOCHS,
    shuffle=False,
    callbacks=callbacks,
    verbose=0,
).history
project.report(history, asked, given.log_dir, tuner)

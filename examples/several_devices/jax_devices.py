"""JAX, several devices of one machine: `DataParallel`, or `ModelParallel` for a large model.

`python jax_devices.py --devices 2 --log-dir runs/jax`, and with `--model-parallel` the second.

What is special: the distribution is set before the model is made; a batch is one that the devices
share evenly.
"""

import argparse
import os

os.environ["KERAS_BACKEND"] = "jax"
arguments = argparse.ArgumentParser()
arguments.add_argument("--devices", type=int, default=2)
arguments.add_argument("--model-parallel", action="store_true")
arguments.add_argument("--log-dir", default="runs/jax_devices")
given = arguments.parse_args()
# Without an accelerator: cut the processor into devices, to try it out.
os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={given.devices}"

import keras
import project

devices = keras.distribution.list_devices()
if given.model_parallel:
    mesh = keras.distribution.DeviceMesh((1, given.devices), ["batch", "model"], devices)
    layout = keras.distribution.LayoutMap(mesh)
    layout["token_embedding/embeddings"] = ("model", None)
    layout[".*feedforward_intermediate_dense/kernel"] = (None, "model")
    layout[".*feedforward_output_dense/kernel"] = ("model", None)
    distribution = keras.distribution.ModelParallel(layout_map=layout, batch_dim_name="batch")
else:
    distribution = keras.distribution.DataParallel(devices=devices)
keras.distribution.set_distribution(distribution)

tuner = project.make()
asked, callbacks = project.monitors(tuner, given.log_dir)
history = tuner.fit(
    project.TEXTS,
    batch_size=project.BATCH_SIZE,  # of all devices together
    epochs=project.EPOCHS,
    shuffle=False,
    callbacks=callbacks,
    verbose=0,
).history
project.report(history, asked, given.log_dir, tuner)

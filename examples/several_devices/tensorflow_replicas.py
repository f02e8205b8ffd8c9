"""TensorFlow, several devices of one machine: `tf.distribute.MirroredStrategy`.

`python tensorflow_replicas.py --devices 2 --log-dir runs/replicas`

What is special: the model is made and compiled within `strategy.scope()`; `fit` is called outside.
"""

import argparse
import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import project
import tensorflow as tf

arguments = argparse.ArgumentParser()
arguments.add_argument("--devices", type=int, default=2)
arguments.add_argument("--log-dir", default="runs/tensorflow_replicas")
given = arguments.parse_args()

if not tf.config.list_physical_devices("GPU"):  # cut the processor into devices, to try it out
    cpu = tf.config.list_physical_devices("CPU")[0]
    parts = [tf.config.LogicalDeviceConfiguration()] * given.devices
    tf.config.set_logical_device_configuration(cpu, parts)
kind = "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
strategy = tf.distribute.MirroredStrategy([f"{kind}:{i}" for i in range(given.devices)])

with strategy.scope():
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

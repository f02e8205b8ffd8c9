"""PyTorch, several processes: `DistributedDataParallel` around the tuner, in a loop of one's own.

`python torch_processes.py --processes 2 --log-dir runs/torch` starts them on this machine.

What is special: `fit` does not distribute on PyTorch, so that the loop is written out, as in the
guide of Keras; the callbacks are called by hand, in every process.
"""

import argparse
import os
import subprocess
import sys

os.environ["KERAS_BACKEND"] = "torch"
arguments = argparse.ArgumentParser()
arguments.add_argument("--processes", type=int, default=2)
arguments.add_argument("--port", type=int, default=23656)
arguments.add_argument("--log-dir", default="runs/torch_processes")
given = arguments.parse_args()

if "RANK" not in os.environ:
    world = {"MASTER_ADDR": "localhost", "MASTER_PORT": str(given.port)}
    world["WORLD_SIZE"] = str(given.processes)
    same = [sys.executable, __file__, *sys.argv[1:]]
    running = [
        subprocess.Popen(same, env={**os.environ, **world, "RANK": str(i)})
        for i in range(given.processes)
    ]
    sys.exit(max(process.wait() for process in running))

import keras
import numpy as np
import project
import torch

import keras_halluc as kh

torch.distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
rank, count = torch.distributed.get_rank(), torch.distributed.get_world_size()
tuner = project.make()
parallel = torch.nn.parallel.DistributedDataParallel(tuner, find_unused_parameters=True)
optimizer = torch.optim.SGD([v.value for v in tuner.trainable_variables], lr=0.005)
x, y, weight = kh.data.text_inputs(tuner.task, project.TEXTS, 32)
own = project.BATCH_SIZE // count  # rows of each batch in this process

asked, callbacks = project.monitors(tuner, given.log_dir)
callbacks = keras.callbacks.CallbackList(
    callbacks, model=tuner, add_history=True, epochs=project.EPOCHS, verbose=0
)
callbacks.on_train_begin()
for epoch in range(project.EPOCHS):
    callbacks.on_epoch_begin(epoch)
    losses = []
    for start in range(0, len(y), project.BATCH_SIZE):
        rows = slice(start + rank * own, start + (rank + 1) * own)
        inputs = {key: torch.as_tensor(np.asarray(value[rows])) for key, value in x.items()}
        targets, counts = torch.as_tensor(y[rows]), torch.as_tensor(weight[rows])
        optimizer.zero_grad()
        loss = tuner.compute_loss(inputs, targets, parallel(inputs), counts)
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    callbacks.on_epoch_end(epoch, {"loss": float(np.mean(losses))})
callbacks.on_train_end()
project.report(tuner.history.history, asked, given.log_dir, tuner)
torch.distributed.destroy_process_group()

"""One network in PyTorch: the same as keras_peer.py, on the same data. `setting` is `compile` to let TorchInductor compile it."""
import json, resource, sys, time

kind, folder, setting = sys.argv[1:4]
rows, steps, features, epochs, threads, seed = map(int, sys.argv[4:10])
import numpy as np
import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(threads)
torch.manual_seed(seed)
x = torch.from_numpy(np.fromfile(f"{folder}/x.bin", np.float32).reshape(rows, steps, features))
y = torch.from_numpy(np.fromfile(f"{folder}/y.bin", np.int32).astype(np.int64))


class Recurrent(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer, self.output = layer(features, 128, batch_first=True), nn.Linear(128, 3)

    def forward(self, x):
        return self.output(self.layer(x)[0][:, -1])


class Block(nn.Module):
    def __init__(self, inputs, dilation):
        super().__init__()
        self.pad = 2 * dilation
        self.a, self.b = nn.Conv1d(inputs, 64, 3, dilation=dilation), nn.Conv1d(64, 64, 3, dilation=dilation)
        self.skip = nn.Conv1d(inputs, 64, 1) if inputs != 64 else nn.Identity()

    def forward(self, x):
        h = torch.relu(self.a(functional.pad(x, (self.pad, 0))))
        h = torch.relu(self.b(functional.pad(h, (self.pad, 0))))
        return torch.relu(h + self.skip(x))


class Convolutional(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(Block(features, 1), Block(64, 2), Block(64, 4), Block(64, 8))
        self.output = nn.Linear(64, 3)

    def forward(self, x):
        return self.output(self.blocks(x.transpose(1, 2))[:, :, -1])


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.where = nn.Linear(features, 64), nn.Parameter(torch.randn(steps, 64) * 0.02)
        layer = nn.TransformerEncoderLayer(64, 4, 128, dropout=0.0, batch_first=True)
        self.layers, self.output = nn.TransformerEncoder(layer, 2), nn.Linear(64, 3)

    def forward(self, x):
        return self.output(self.layers(self.embed(x) + self.where).mean(1))


dense = lambda: nn.Sequential(nn.Flatten(), nn.Linear(steps * features, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 3))
makers = {"lstm": lambda: Recurrent(nn.LSTM), "gru": lambda: Recurrent(nn.GRU), "tcn": Convolutional, "transformer": Transformer}
model = makers.get(kind, dense)()
run = torch.compile(model) if setting == "compile" else model
optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
seconds, cpu, losses = [], [], []
for _ in range(epochs):
    began, before, total = time.perf_counter(), time.process_time(), 0.0
    order = torch.randperm(rows)
    for start in range(0, rows, 256):
        batch = order[start : start + 256]
        optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(run(x[batch]), y[batch])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    seconds.append(time.perf_counter() - began)
    cpu.append(time.process_time() - before)
    losses.append(total / rows)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "loss": losses[-1], "losses": losses, "peakMiB": peak, "what": f"PyTorch {torch.__version__}"}))

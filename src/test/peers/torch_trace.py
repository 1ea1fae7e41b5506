"""Trace of the demo network's first 50 training steps in PyTorch, the peer of the loss-parity test.

Needs numpy, PyTorch and the Fashion-MNIST IDX files; on Debian or Ubuntu:

    apt-get install python3-numpy python3-torch dataset-fashion-mnist
    /usr/bin/python3 src/test/peers/torch_trace.py \\
        src/test/resources/org/hashgrad/conformance/torch-trace /usr/share/datasets/fashion-mnist

Arguments: the output folder and the Fashion-MNIST folder. What each file holds is described in the README of the output folder.
The run is single-threaded and repeats bit for bit on one machine and one PyTorch version.
"""

import argparse
import gzip
import json
import math
import struct
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

SEED = 0
BITS, BATCH, STEPS = 48, 64, 50
MOMENTUM, WEIGHT_DECAY = 0.9, 5e-4
DEMO_RATE, GENTLE_RATE = 0.05, 0.001
QUANTIZATION = 0.1
CLASSES, PER_CLASS = 10, 500
MEAN, DEVIATION = 0.2860, 0.3530


def read_idx(path):
    raw = gzip.decompress(path.read_bytes())
    if raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: expected an IDX file of unsigned bytes, found magic {raw[:4].hex()}")
    shape = struct.unpack_from(f">{raw[3]}I", raw, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def training_split(folder):
    """First 500 of each class of the training file, in ascending file position: images (5000,1,28,28) f32, labels (5000,)."""
    images = read_idx(folder / "train-images-idx3-ubyte.gz")
    labels = read_idx(folder / "train-labels-idx1-ubyte.gz")
    positions = np.sort(np.concatenate([np.flatnonzero(labels == c)[:PER_CLASS] for c in range(CLASSES)]))
    scaled = torch.tensor(images[positions].astype(np.float32) / 255 - MEAN)[:, None] / DEVIATION
    return scaled, torch.tensor(labels[positions].astype(np.int64))


def demo_network():
    layers = OrderedDict()

    def convolution(index, inputs, outputs, pool):
        layers[f"conv{index}"] = nn.Conv2d(inputs, outputs, 5, padding=2, bias=False)
        layers[f"bn{index}"] = nn.BatchNorm2d(outputs)
        layers[f"relu{index}"] = nn.ReLU()
        layers[f"pool{index}"] = pool(3, 2, ceil_mode=True)

    convolution(1, 1, 32, nn.MaxPool2d)
    convolution(2, 32, 32, nn.AvgPool2d)
    convolution(3, 32, 64, nn.AvgPool2d)
    layers["flatten"] = nn.Flatten()
    layers["fc1"] = nn.Linear(64 * 3 * 3, 256, bias=False)
    layers["bn4"] = nn.BatchNorm1d(256)
    layers["relu4"] = nn.ReLU()
    layers["hash"] = nn.Linear(256, BITS)
    layers["tanh"] = nn.Tanh()
    network = nn.Sequential(layers)
    for layer in network:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight)
    nn.init.normal_(network.hash.weight, std=0.01)
    nn.init.zeros_(network.hash.bias)
    return network


def dhn_loss(z, labels):
    """Class-balanced mean over ordered pairs i != j of softplus(t) - s t, t = <z_i, z_j>, plus 0.1 mean log cosh(|z| - 1)."""
    similar = (labels[:, None] == labels[None]).to(z.dtype)
    off_diagonal = 1 - torch.eye(len(z), dtype=z.dtype)
    theta = z @ z.T
    positive = (similar * off_diagonal).sum()
    negative = ((1 - similar) * off_diagonal).sum()
    weight = torch.where(similar > 0, negative / (positive + 1e-9), torch.ones((), dtype=z.dtype))
    pairwise = ((F.softplus(theta) - similar * theta) * off_diagonal * weight).sum() / off_diagonal.sum()
    a = (z.abs() - 1).abs()
    log_cosh = a + torch.log1p(torch.exp(-2 * a)) - math.log(2)
    return pairwise + QUANTIZATION * log_cosh.mean()


def train(dtype, rate, weights, images, labels, order):
    """Losses before each step (50,), the first batch's outputs and gradients, and the network after the last step."""
    network = demo_network()
    network.load_state_dict(weights)
    network.to(dtype).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)
    losses, outputs, gradients = [], None, None
    for batch in order:
        rows = torch.tensor(batch.astype(np.int64))
        z = network(images[rows].to(dtype))
        loss = dhn_loss(z, labels[rows])
        optimizer.zero_grad()
        loss.backward()
        if not losses:
            outputs = z.detach().clone()
            gradients = OrderedDict((name, p.grad.clone()) for name, p in network.named_parameters())
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses, np.float64), outputs, gradients, network


def write_safetensors(path, tensors):
    """Little-endian F32: u64 header length, JSON header padded with blanks to 8 bytes, then the values in header order."""
    header, blobs, offset = OrderedDict(), [], 0
    for name, tensor in tensors.items():
        blob = tensor.detach().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def float_state(network):
    return OrderedDict((name, t.clone()) for name, t in network.state_dict().items() if t.is_floating_point())


def buffers(network):
    return OrderedDict((name, t) for name, t in network.named_buffers() if t.is_floating_point())


def report_losses(rate, single, double):
    drift = np.abs(single - double) / np.abs(double)
    print(f"rate {rate}: loss of step 1 {double[0]:.17g}, of step {STEPS} {double[-1]:.17g}")
    for steps in (1, 5, 6, 7, 10, 20, STEPS):
        print(f"  largest |loss32 - loss64| / loss64 over {steps} steps: {drift[:steps].max():.3e}")


def report_first_step_and_buffers(single, double):
    print(f"largest |z32 - z64| on the first batch: {float((single[1].double() - double[1]).abs().max()):.3e}")
    for name, gradient in single[2].items():
        expected = double[2][name]
        error = (gradient.double() - expected).norm() / expected.norm()
        print(f"first gradient of {name}: norm {float(expected.norm()):.6g}, relative difference of f32 {float(error):.3e}")
    expected = buffers(double[3])
    for name, value in buffers(single[3]).items():
        error = (value.double() - expected[name]).norm() / expected[name].norm()
        print(f"final {name}: relative difference of f32 {float(error):.3e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("fashion_mnist", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    arguments.output.mkdir(parents=True, exist_ok=True)

    images, labels = training_split(arguments.fashion_mnist)
    order = np.random.RandomState(SEED).permutation(len(images))[: STEPS * BATCH].reshape(STEPS, BATCH).astype("<i4")
    torch.manual_seed(SEED)
    initial = demo_network()
    weights = initial.state_dict()

    print(f"torch {torch.__version__}, numpy {np.__version__}")
    for rate in (DEMO_RATE, GENTLE_RATE):
        single = train(torch.float32, rate, weights, images, labels, order)
        double = train(torch.float64, rate, weights, images, labels, order)
        np.save(arguments.output / f"losses-lr{rate}-f32.npy", single[0])
        np.save(arguments.output / f"losses-lr{rate}-f64.npy", double[0])
        report_losses(rate, single[0], double[0])
    report_first_step_and_buffers(single, double)

    write_safetensors(arguments.output / "initial.safetensors", float_state(initial))
    write_safetensors(arguments.output / "first-gradients.safetensors", single[2])
    write_safetensors(arguments.output / "final-buffers.safetensors", buffers(single[3]))
    np.save(arguments.output / "batches.npy", order)
    np.save(arguments.output / "batch-labels.npy", labels.numpy()[order].astype("<i4"))
    np.save(arguments.output / "first-outputs.npy", single[1].numpy().astype("<f4"))


if __name__ == "__main__":
    main()

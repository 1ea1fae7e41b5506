"""Single operations as PyTorch computes them in double precision: an oracle that shares no code with this project.

Needs numpy and PyTorch (Debian or Ubuntu: apt-get install python3-numpy python3-torch):

    /usr/bin/python3 src/test/peers/torch_ops.py src/test/resources/org/hashgrad/conformance/torch-trace

Argument: the output folder; writes torch_ops.json there. Its layout is described in the README of that folder.
Inputs are multiples of 1/1024 of small size, so they are exact in float as well; results carry 17 digits.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

random = np.random.RandomState(0)


def draw(*shape, scale=1.0):
    return torch.tensor(np.round(random.randn(*shape) * 1024) / 1024 * scale, dtype=torch.float64)


def distinct(*shape):
    """No two values equal: a maximum has one place."""
    count = int(np.prod(shape))
    return torch.tensor((random.permutation(count) - count // 2).reshape(shape) / 256, dtype=torch.float64)


def array(tensor):
    tensor = tensor.detach()
    return {"shape": list(tensor.shape), "values": [float(v) for v in tensor.reshape(-1)]}


def case(name, op, attributes, inputs, outputs):
    return {
        "name": name,
        "op": op,
        "attributes": attributes,
        "inputs": {key: array(value) for key, value in inputs.items()},
        "outputs": {key: array(value) for key, value in outputs.items()},
    }


def differentiated(name, op, attributes, function, inputs):
    """Forward y and, for a drawn cotangent dy, the gradient d<input> of sum(y dy) for every input."""
    leaves = {key: value.clone().requires_grad_() for key, value in inputs.items()}
    y = function(**leaves)
    dy = draw(*y.shape)
    gradients = torch.autograd.grad(y, list(leaves.values()), dy)
    outputs = {"y": y, **{f"d{key}": gradient for key, gradient in zip(leaves, gradients)}}
    return case(name, op, attributes, {**inputs, "dy": dy}, outputs)


def pooling():
    forms = [
        # name, input (N,C,H,W), kernel, stride, padding, ceil
        ("7x7", (2, 2, 7, 7), 3, 2, 0, True),
        ("7x7 padding 1", (2, 2, 7, 7), 3, 2, 1, True),
        ("8x5", (1, 3, 8, 5), 3, 2, 0, True),
        ("8x5 floor", (1, 3, 8, 5), 3, 2, 0, False),
        ("28x28", (1, 1, 28, 28), 3, 2, 0, True),
        ("28x28 padding 1", (1, 1, 28, 28), 3, 2, 1, True),
        ("7x6 last window only in the padding", (1, 2, 7, 6), 2, 2, 1, True),
    ]
    for name, shape, kernel, stride, padding, ceil in forms:
        attributes = {"kernel": kernel, "stride": stride, "padding": padding, "ceil": ceil}
        yield differentiated(
            f"max pool {name}",
            "maxPool2d",
            attributes,
            lambda x: F.max_pool2d(x, kernel, stride, padding, ceil_mode=ceil),
            {"x": distinct(*shape)},
        )
        for counted in (True, False) if padding else (True,):
            yield differentiated(
                f"average pool {name}" + ("" if counted else ", padding not counted"),
                "avgPool2d",
                {**attributes, "countIncludePad": counted},
                lambda x: F.avg_pool2d(x, kernel, stride, padding, ceil_mode=ceil, count_include_pad=counted),
                {"x": draw(*shape)},
            )
    ties = torch.tensor(random.randint(0, 2, (1, 2, 8, 8)), dtype=torch.float64)
    yield differentiated(
        "max pool with ties: the first in row-major order takes the gradient",
        "maxPool2d",
        {"kernel": 3, "stride": 2, "padding": 0, "ceil": True},
        lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True),
        {"x": ties},
    )


def convolution():
    forms = [
        # name, x, w, bias, stride, padding, groups
        ("3x3 stride 2 padding 1 groups 2", (2, 4, 7, 6), (6, 2, 3, 3), True, 2, 1, 2),
        ("5x5 stride 1 padding 2", (2, 3, 6, 5), (4, 3, 5, 5), False, 1, 2, 1),
        ("4x3 stride 3 without padding, rows left over", (1, 2, 9, 8), (3, 2, 4, 3), True, 3, 0, 1),
        ("1x1", (2, 3, 2, 2), (2, 3, 1, 1), False, 1, 0, 1),
    ]
    for name, x, w, bias, stride, padding, groups in forms:
        inputs = {"x": draw(*x), "w": draw(*w)}
        if bias:
            inputs["b"] = draw(w[0])
        yield differentiated(
            f"convolution {name}",
            "conv2d",
            {"stride": stride, "padding": padding, "groups": groups},
            lambda x, w, b=None: F.conv2d(x, w, b, stride, padding, 1, groups),
            inputs,
        )


def batch_normalization():
    for name, shape in (("(4,3)", (4, 3)), ("(3,2,2,3)", (3, 2, 2, 3))):
        channels = shape[1]
        attributes = {"eps": 1e-5, "momentum": 0.1}
        statistics = {"runningMean": draw(channels), "runningVar": draw(channels).abs() + 0.5}
        inputs = {"x": draw(*shape), "gamma": draw(channels), "beta": draw(channels)}
        for training in (True, False):
            mean, var = statistics["runningMean"].clone(), statistics["runningVar"].clone()
            made = differentiated(
                f"batch normalization {name}, " + ("training" if training else "inference"),
                "batchNorm",
                {**attributes, "training": training},
                lambda x, gamma, beta: F.batch_norm(x, mean, var, gamma, beta, training, 0.1, 1e-5),
                inputs,
            )
            made["inputs"].update({key: array(value) for key, value in statistics.items()})
            made["outputs"].update({"runningMean": array(mean), "runningVar": array(var)})
            yield made


def local_response():
    for name, shape in (("7 channels", (2, 7, 3, 2)), ("3 channels, fewer than the window", (1, 3, 2, 2))):
        yield differentiated(
            f"local response normalization {name}",
            "localResponseNorm",
            {"size": 5, "alpha": 5e-4, "beta": 0.75, "k": 2.0},
            lambda x: F.local_response_norm(x, 5, 5e-4, 0.75, 2.0),
            {"x": draw(*shape, scale=64)},
        )


def softmax():
    x = draw(3, 5)
    wide = draw(2, 4)
    wide[0, 1], wide[1, 2] = 1000.0, -1000.0
    for name, values, axis in (("axis 1", x, 1), ("axis 0", x, 0), ("of 1000 and -1000", wide, 1)):
        yield differentiated(f"softmax {name}", "softmax", {"axis": axis}, lambda x: F.softmax(x, axis), {"x": values})
        yield differentiated(
            f"log-softmax {name}", "logSoftmax", {"axis": axis}, lambda x: F.log_softmax(x, axis), {"x": values}
        )


def optimizers():
    sgd, rmsprop, adam = torch.optim.SGD, torch.optim.RMSprop, torch.optim.Adam
    forms = [
        # name, op, class, hyper-parameters as PyTorch names them, learning rate of steps 1 to 3
        ("SGD", "sgd", sgd, {"momentum": 0.0, "weight_decay": 5e-4, "nesterov": False}, [0.1] * 3),
        ("SGD with momentum", "sgd", sgd, {"momentum": 0.9, "weight_decay": 5e-4, "nesterov": False}, [0.1] * 3),
        ("SGD with momentum and a falling rate", "sgd", sgd, {"momentum": 0.9, "weight_decay": 5e-4, "nesterov": False}, [0.1, 0.05, 0.01]),
        ("SGD with Nesterov momentum", "sgd", sgd, {"momentum": 0.9, "weight_decay": 5e-4, "nesterov": True}, [0.1] * 3),
        ("RMSprop", "rmsprop", rmsprop, {"alpha": 0.99, "eps": 1e-8, "weight_decay": 5e-4, "momentum": 0.0}, [0.01] * 3),
        ("RMSprop with momentum", "rmsprop", rmsprop, {"alpha": 0.99, "eps": 1e-8, "weight_decay": 5e-4, "momentum": 0.9}, [0.01] * 3),
        ("Adam", "adam", adam, {"betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.0}, [0.01] * 3),
        ("Adam with weight decay in the gradient", "adam", adam, {"betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 5e-4}, [0.01] * 3),
    ]
    start, gradients = draw(5), draw(3, 5)
    for name, op, kind, hyper, rates in forms:
        parameter = start.clone().requires_grad_()
        optimizer = kind([parameter], lr=rates[0], **hyper)
        visited = []
        for gradient, rate in zip(gradients, rates):
            optimizer.param_groups[0]["lr"] = rate
            parameter.grad = gradient.clone()
            optimizer.step()
            visited.append(parameter.detach().clone())
        attributes = {**hyper, "lr": rates}
        yield case(name, op, attributes, {"parameter": start, "gradients": gradients}, {"parameters": torch.stack(visited)})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    output = parser.parse_args().output
    torch.set_num_threads(1)
    families = (pooling, convolution, batch_normalization, local_response, softmax, optimizers)
    cases = [made for family in families for made in family()]
    output.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(made, allow_nan=False) for made in cases)
    header = f'{{"torch": "{torch.__version__}", "numpy": "{np.__version__}", "cases": [\n'
    (output / "torch_ops.json").write_text(header + lines + "\n]}\n")
    print(f"{len(cases)} cases")


if __name__ == "__main__":
    main()

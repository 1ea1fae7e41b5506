"""Values of golden_weighted.json: the code bases' and papers' formulas once more, with derivatives by complex steps (exact to rounding)."""
import cmath
import json
import math

H = 1e-30


def matrix(rows, columns, start, scale):
    return [[scale * math.sin(start + 2 * i + 3 * j) for j in range(columns)] for i in range(rows)]


def sgn(x):
    return -1.0 if complex(x).real < 0 else 1.0


def absolute(x):
    return x * sgn(x)


def dot(x, y):
    return sum(a * b for a, b in zip(x, y))


def log1pexp(x):
    return cmath.log(1 + cmath.exp(x))


def cosine(x, y):
    return dot(x, y) / cmath.sqrt(dot(x, x)) / cmath.sqrt(dot(y, y))


def derivative(f, x):
    out = []
    for i in range(len(x)):
        row = []
        for j in range(len(x[i])):
            moved = [list(r) for r in x]
            moved[i][j] += 1j * H
            row.append(complex(f(moved)).imag / H)
        out.append(row)
    return out


U = matrix(4, 3, 1.0, 1.5)
Y = [[1, 0], [0, 1], [1, 0], [1, 1]]
V = matrix(5, 3, 0.3, 1.2)
Z = [[1, 0], [1, 1], [0, 1], [0, 1], [1, 0]]
K = 3
ALPHA = 10 / K
GAMMA = 20


def similar(a, b):
    return 1 if dot(a, b) > 0 else 0


S = [[similar(a, b) for b in Y] for a in Y]
T = [[similar(a, b) for b in Z] for a in Y]
OFF = [(i, j) for i in range(4) for j in range(4) if i != j]
ALL = [(i, j) for i in range(4) for j in range(5)]
o = {"V": V, "Z": Z}


def put(name, value):
    o[name] = complex(value).real


# HashNet, paper: overlap and frequency weights over i != j
n1 = sum(S[i][j] for i, j in OFF)
n0 = len(OFF) - n1


def overlap(a, b):
    return sum(x * y for x, y in zip(a, b)) / sum(max(x, y) for x, y in zip(a, b))


def hashnet(u):
    total = 0
    for i, j in OFF:
        w = overlap(Y[i], Y[j]) * len(OFF) / n1 if S[i][j] else len(OFF) / n0
        t = ALPHA * dot(u[i], u[j])
        total += w * (log1pexp(t) - S[i][j] * t)
    return total


put("HashNet.L", hashnet(U))
o["HashNet.dU"] = derivative(hashnet, U)


# HashNet, the official code: two streams, class_num 5, divided by the weights
def hashnet_code(u, v):
    total = 0
    for i, j in ALL:
        t = ALPHA * dot(u[i], v[j])
        total += (5 if T[i][j] else 1) * (log1pexp(t) - T[i][j] * t)
    return total / sum(5 if T[i][j] else 1 for i, j in ALL)


put("HashNet.code.L", hashnet_code(U, V))
o["HashNet.code.dU"] = derivative(lambda u: hashnet_code(u, V), U)
o["HashNet.code.dV"] = derivative(lambda v: hashnet_code(U, v), V)


# DCH, paper: cosine distance, both kinds weighted
def cauchy(d, s):
    return cmath.log(1 + d / GAMMA) if s else cmath.log(1 + GAMMA / d)


def dch(u):
    total = 0
    for i, j in OFF:
        d = K / 2 * (1 - cosine(u[i], u[j]))
        total += len(OFF) / (n1 if S[i][j] else n0) * cauchy(d, S[i][j])
    return total


def dch_quantization(u):
    return sum(cmath.log(1 + K / 2 * (1 - cosine([absolute(x) for x in row], [1] * K)) / GAMMA) for row in u)


put("DCH.L", dch(U))
put("DCH.Q", dch_quantization(U))
o["DCH.dL"] = derivative(dch, U)
o["DCH.dQ"] = derivative(dch_quantization, U)


# DCH, the official code: squared Euclidean distance, similar pairs weighted
def dch_code(u):
    total = 0
    for i, j in OFF:
        d = sum((a - b) ** 2 for a, b in zip(u[i], u[j])) + 0.001
        total += (len(OFF) / n1 if S[i][j] else 1) * cauchy(d, S[i][j])
    return total / len(OFF)


put("DCH.code.L", dch_code(U))
o["DCH.code.dL"] = derivative(dch_code, U)


# DPH, paper: priorities and degrees held constant
def clipped(c):
    return max(-0.99, min(0.99, complex(c).real))


DEGREE = [[sum(1 for j in range(4) if j != i and S[i][j] == kind) for i in range(4)] for kind in (0, 1)]


def dph(u):
    total = 0
    for i, j in OFF:
        s = S[i][j]
        c = clipped(cosine(U[i], U[j]))
        w = math.sqrt(3 / DEGREE[s][i] * 3 / DEGREE[s][j]) * ((1 - (2 * s - 1) * c) / 2) ** 0.1
        t = ALPHA * dot(u[i], u[j])
        total += w * (log1pexp(t) - s * t)
    for i in range(4):
        c = clipped(cosine([abs(x) for x in U[i]], [1] * K))
        total += 0.1 * ((1 - c) / 2) ** 0.1 * sum(cmath.log(cmath.cosh(absolute(x) - 1)) for x in u[i])
    return total


put("DPH.C", dph(U))
o["DPH.dU"] = derivative(dph, U)

# DPH, the official code's backward on two streams, and its quantization layer's
sigma = lambda x: 1 / (1 + math.exp(-x))
row = [5 / max(1, sum(T[i])) if sum(T[i]) else 1 for i in range(4)]
column = [4 / sum(T[i][j] for i in range(4)) if sum(T[i][j] for i in range(4)) else 1 for j in range(5)]
focal = [[((1 - (2 * T[i][j] - 1) * clipped(cosine(U[i], V[j]))) / 2) ** 0.1 for j in range(5)] for i in range(4)]
average = sum(focal[i][j] for i, j in ALL) / len(ALL)
weight = [[math.sqrt(row[i] * column[j]) if T[i][j] else 1 for j in range(5)] for i in range(4)]
count = sum(weight[i][j] for i, j in ALL)
diff = [
    [2 * (sigma(ALPHA * dot(U[i], V[j])) - T[i][j]) * weight[i][j] * focal[i][j] / average for j in range(5)]
    for i in range(4)
]
o["DPH.code.dU"] = [
    [
        ALPHA / count * sum(diff[i][j] * V[j][b] for j in range(5))
        + 0.15 / 4 * math.tanh(abs(U[i][b]) - 1) * sgn(U[i][b])
        for b in range(K)
    ]
    for i in range(4)
]
o["DPH.code.dV"] = [
    [
        ALPHA / count * sum(diff[i][j] * U[i][b] for i in range(4))
        + 0.15 / 5 * math.tanh(abs(V[j][b]) - 1) * sgn(V[j][b])
        for b in range(K)
    ]
    for j in range(5)
]

# DPSH, the MATLAB and the PyTorch step of a batch U with the bank V, eta = 10
for name, orders in (("matlab", 2), ("pytorch", 1)):
    o["DPSH." + name] = [
        [
            (
                orders / 2 * sum((sigma(dot(U[i], V[j]) / 2) - T[i][j]) * V[j][b] for j in range(5))
                + 20 * (U[i][b] - sgn(U[i][b]))
            )
            / 20
            for b in range(K)
        ]
        for i in range(4)
    ]

# DTSH, the official step of a batch U with the bank V, lambda = 100, all triplets; and the port's loss within U
o["DTSH.official"] = []
for i in range(4):
    g = [400 * (x - sgn(x)) for x in U[i]]
    for p in range(5):
        for q in range(5):
            if T[i][p] and not T[i][q]:
                w = 1 - sigma(dot(U[i], V[p]) / 2 - dot(U[i], V[q]) / 2 - K / 2)
                g = [g[b] - w * (V[p][b] - V[q][b]) for b in range(K)]
    o["DTSH.official"].append([x / 20 for x in g])


def dtsh_port(u):
    total = 0
    anchors = 0
    for i in range(4):
        terms = [
            log1pexp(-(dot(u[i], u[p]) - dot(u[i], u[q]) - 5))
            for p in range(4)
            for q in range(4)
            if p != i and S[i][p] and not S[i][q]
        ]
        if terms:
            anchors += 1
            total += sum(terms) / len(terms)
    return total / anchors + sum((x - sgn(x)) ** 2 for r in u for x in r) / 12


put("DTSH.port", dtsh_port(U))
o["DTSH.port.dU"] = derivative(dtsh_port, U)
print(json.dumps(o, indent=1))

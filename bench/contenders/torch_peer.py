"""PyTorch, eager, with its fused or foreach Adam."""
import numpy as np
import torch

from peer_data import MLP_SIZES, PRODUCTS, SMALL_SIZES, mlp_batch, sequence, serve, small_batch, weights_of


def net_of(sizes, activation):
    layers = []
    for l, w in enumerate(weights_of(sizes)):
        layer = torch.nn.Linear(*w.shape)
        layer.weight.data = torch.from_numpy(np.ascontiguousarray(w.T))
        layer.bias.data = torch.zeros(w.shape[1])
        layers += [layer] if l == len(sizes) - 2 else [layer, activation()]
    return torch.nn.Sequential(*layers)


def optimizer_of(kind, given, rate):
    parameters = list(given)
    if kind == "sgd":
        return torch.optim.SGD(parameters, lr=rate, foreach=True)
    try:
        return torch.optim.Adam(parameters, lr=1e-3, fused=True)
    except (TypeError, RuntimeError):
        return torch.optim.Adam(parameters, lr=1e-3, foreach=True)


def training(net, optimizer, loss_of):
    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of()
        loss.backward()
        optimizer.step()
        return loss

    def run(count):
        for _ in range(count):
            step()

    run(5)
    return float(step()), run


def mlp(rows, kind):
    x, labels = map(torch.from_numpy, mlp_batch(rows))
    net, loss = net_of(MLP_SIZES, torch.nn.ReLU), torch.nn.CrossEntropyLoss()
    return training(net, optimizer_of(kind, net.parameters(), 0.01), lambda: loss(net(x), labels))


def rounded_mlp():
    x, labels = map(torch.from_numpy, mlp_batch(128))
    net, loss = net_of(MLP_SIZES, torch.nn.ReLU), torch.nn.CrossEntropyLoss()

    def rounded_loss():
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return loss(net(x), labels)

    return training(net, optimizer_of("sgd", net.parameters(), 0.01), rounded_loss)


def small(kind):
    x, y = map(torch.from_numpy, small_batch())
    net, loss = net_of(SMALL_SIZES, torch.nn.Tanh), torch.nn.MSELoss()
    return training(net, optimizer_of(kind, net.parameters(), 0.05), lambda: loss(net(x), y))


def repeated(f, check):
    def run(count):
        for _ in range(count):
            f()

    return check(f()), run


def absolute_sum(t):
    return float(t.detach().double().abs().sum())


def product(m, k, n, transposed):
    a = torch.from_numpy(sequence(1, m * k)).reshape((k, m) if transposed == "tn" else (m, k))
    b = torch.from_numpy(sequence(2, k * n)).reshape((n, k) if transposed == "nt" else (k, n))
    left, right = (a.T if transposed == "tn" else a), (b.T if transposed == "nt" else b)
    return repeated(lambda: left @ right, absolute_sum)


def rounded_product():
    a, b = (torch.from_numpy(sequence(seed, 512 * 512)).reshape(512, 512).bfloat16() for seed in (1, 2))
    return repeated(lambda: a @ b, absolute_sum)


def thin_product():
    x = torch.from_numpy(sequence(1, 4096)).reshape(1, 4096).bfloat16()
    w = torch.from_numpy(sequence(2, 4096 * 4096)).reshape(4096, 4096).bfloat16()
    return repeated(lambda: x @ w, absolute_sum)


def forward():
    x, _ = mlp_batch(128)
    x, net = torch.from_numpy(x), net_of(MLP_SIZES, torch.nn.ReLU)

    def once():
        with torch.no_grad():
            return net(x)

    return repeated(once, absolute_sum)


def rosenbrock(n):
    x = torch.from_numpy(sequence(200, n, 2)).requires_grad_(True)

    def once():
        a, b = x[:-1], x[1:]
        value = (100 * (b - a * a).square() + (1 - a).square()).sum()
        return torch.autograd.grad(value, x)[0]

    return repeated(once, absolute_sum)


def matrix(seed):
    return torch.from_numpy(sequence(seed, 512 * 512)).reshape(512, 512)


def cholesky():
    x = matrix(203)
    definite = x + x.T + 512 * torch.eye(512)
    return repeated(lambda: torch.linalg.cholesky(definite), absolute_sum)


def solve():
    well, b = matrix(203) + 8 * torch.eye(512), matrix(204)
    return repeated(lambda: torch.linalg.solve(well, b), absolute_sum)


KERNELS = [(3, 16, 3), (16, 16, 3), (16, 16, 3), (16, 32, 3), (32, 32, 3), (16, 32, 1), (32, 64, 3), (64, 64, 3), (32, 64, 1)]


def image_loss(kernels, dense, x, labels):
    relu, conv = torch.relu, torch.nn.functional.conv2d
    first, a, b, c, d, p, e, f, q = kernels
    h = relu(conv(x, first, padding=1))
    h = relu(h + conv(relu(conv(h, a, padding=1)), b, padding=1))
    h = relu(conv(h, p, stride=2) + conv(relu(conv(h, c, stride=2, padding=1)), d, padding=1))
    h = relu(conv(h, q, stride=2) + conv(relu(conv(h, e, stride=2, padding=1)), f, padding=1))
    return torch.nn.functional.cross_entropy(h.mean((2, 3)) @ dense, labels)


def gradient_of(f, inputs):
    def run():
        for x in inputs:
            x.grad = None
        f().backward()
        return torch.cat([x.grad.flatten() for x in inputs])

    return run


def residual(what):
    kernels = [
        torch.from_numpy(sequence(301 + i, k * k * a * b, 2 * np.sqrt(6 / (k * k * (a + b)))).reshape(k, k, a, b))
        .permute(3, 2, 0, 1)
        .contiguous()
        for i, (a, b, k) in enumerate(KERNELS)
    ]
    dense = torch.from_numpy(sequence(320, 640, 1)).reshape(64, 10)
    x = torch.from_numpy(sequence(321, 32 * 32 * 32 * 3, 2).reshape(32, 32, 32, 3)).permute(0, 3, 1, 2).contiguous()
    labels = torch.arange(32) % 10
    loss = lambda: image_loss(kernels, dense, x, labels)
    if what == "gradient":
        for w in [*kernels, dense]:
            w.requires_grad_()
        return repeated(gradient_of(loss, [*kernels, dense]), absolute_sum)
    return repeated(loss, absolute_sum)


def attention(what):
    q, k, v = (torch.from_numpy(sequence(330 + i, 8 * 512 * 64, 2)).reshape(1, 8, 512, 64) for i in range(3))
    attend = lambda: torch.nn.functional.scaled_dot_product_attention(q, k, v)
    if what == "gradient":
        for x in (q, k, v):
            x.requires_grad_()
        return repeated(gradient_of(lambda: attend().square().sum(), [q, k, v]), absolute_sum)
    return repeated(attend, absolute_sum)


def softmax():
    x = torch.from_numpy(sequence(201, 128 * 1024, 8)).reshape(128, 1024)
    return repeated(lambda: torch.softmax(x, -1), lambda y: float(y.double().square().sum()))


def tanh():
    x = torch.from_numpy(sequence(202, 1_000_000, 8))
    return repeated(lambda: torch.tanh(x), absolute_sum)


def adam():
    start = torch.from_numpy(sequence(1, 1_000_000))
    p = torch.nn.Parameter(start.clone())
    p.grad = torch.from_numpy(sequence(2, 1_000_000))
    optimizer = optimizer_of("adam", [p], 1e-3)

    def run(count):
        for _ in range(count):
            optimizer.step()

    run(5)
    return absolute_sum(p - start), run


def hvp():
    x, labels = map(torch.from_numpy, mlp_batch(128))
    net, loss = net_of(MLP_SIZES, torch.nn.ReLU), torch.nn.CrossEntropyLoss()
    parameters = list(net.parameters())
    direction = []
    for l, w in enumerate(weights_of(MLP_SIZES)):
        v = sequence(300 + l, w.size).reshape(w.shape)
        direction += [torch.from_numpy(np.ascontiguousarray(v.T)), torch.from_numpy(sequence(400 + l, w.shape[1]))]

    def once():
        gradient = torch.autograd.grad(loss(net(x), labels), parameters, create_graph=True)
        along = sum((g * v).sum() for g, v in zip(gradient, direction))
        return torch.autograd.grad(along, parameters)

    return repeated(once, lambda found: sum(map(absolute_sum, found)))


def on(task, *arguments):
    def start(threads):
        torch.set_num_threads(threads)
        return task(*arguments)

    return start


serve(
    {
        **{name: on(product, *sizes) for name, sizes in PRODUCTS.items()},
        **{f"mlp-{rows}-{kind}": on(mlp, rows, kind) for rows in (32, 128, 1024) for kind in ("sgd", "adam")},
        "gemm-512-bfloat16": on(rounded_product),
        "thin-4096-bfloat16": on(thin_product),
        "mlp-128-sgd-bfloat16": on(rounded_mlp),
        "mlp-forward-128": on(forward),
        "small-sgd": on(small, "sgd"),
        "small-adam": on(small, "adam"),
        **{f"rosenbrock-{n}": on(rosenbrock, n) for n in (10, 1000, 100_000)},
        "cholesky-512": on(cholesky),
        "solve-512": on(solve),
        **{f"residual-{what}": on(residual, what) for what in ("forward", "gradient")},
        **{f"attention-{what}": on(attention, what) for what in ("forward", "gradient")},
        "softmax-128x1024": on(softmax),
        "tanh-1e6": on(tanh),
        "adam-1e6": on(adam),
        "hvp-mlp-128": on(hvp),
    },
    torch.__version__ + (", MKL" if torch.backends.mkl.is_available() else ""),
)

"""JAX on the CPU, every function compiled, parameters donated. The parent bounds its threads by the cores it gives."""
import jax
import jax.numpy as jnp
import numpy as np

from peer_data import MLP_SIZES, PRODUCTS, SMALL_SIZES, mlp_batch, sequence, serve, small_batch, weights_of


def net_of(sizes):
    return [{"w": jnp.array(w), "b": jnp.zeros(w.shape[1])} for w in weights_of(sizes)]


def forward(net, x, activate, times=jnp.matmul):
    for layer in net[:-1]:
        x = activate(times(x, layer["w"]) + layer["b"])
    return times(x, net[-1]["w"]) + net[-1]["b"]


def mlp_loss(net, x, labels, times=jnp.matmul):
    logits = jax.nn.log_softmax(forward(net, x, jax.nn.relu, times))
    return -jnp.take_along_axis(logits, labels[:, None], 1).mean()


def small_loss(net, x, y):
    return jnp.square(forward(net, x, jnp.tanh) - y).mean()


def adam_update(state, gradient):
    tree = jax.tree_util.tree_map
    t = state["t"] + 1
    m = tree(lambda a, g: 0.9 * a + 0.1 * g, state["m"], gradient)
    v = tree(lambda a, g: 0.999 * a + 0.001 * g * g, state["v"], gradient)
    rate, root = 0.001 / (1 - 0.9**t), 1 / jnp.sqrt(1 - 0.999**t)
    params = tree(lambda p, a, b: p - rate * a / (jnp.sqrt(b) * root + 1e-8), state["params"], m, v)
    return {"params": params, "m": m, "v": v, "t": t}


def adam_start(params):
    # Buffers of their own: a donated one may not appear twice.
    zeros = lambda: jax.tree_util.tree_map(jnp.zeros_like, params)
    return {"params": params, "m": zeros(), "v": zeros(), "t": jnp.zeros(())}


def training(step, state, batch):
    step = jax.jit(step, donate_argnums=0)
    held = [state]

    def run(count):
        for _ in range(count):
            held[0], loss = step(held[0], *batch)
        loss.block_until_ready()
        return loss

    return float(run(6)), run


def trainer(kind, loss, net, batch, rate):
    def sgd(params, *data):
        value, gradient = jax.value_and_grad(loss)(params, *data)
        return jax.tree_util.tree_map(lambda p, g: p - rate * g, params, gradient), value

    def adam(state, *data):
        value, gradient = jax.value_and_grad(loss)(state["params"], *data)
        return adam_update(state, gradient), value

    return training(sgd, net, batch) if kind == "sgd" else training(adam, adam_start(net), batch)


def mlp(rows, kind):
    return trainer(kind, mlp_loss, net_of(MLP_SIZES), tuple(map(jnp.array, mlp_batch(rows))), 0.01)


def rounded(a, b):
    """The product in float32 of factors in bfloat16."""
    return jnp.matmul(a.astype(jnp.bfloat16), b.astype(jnp.bfloat16), preferred_element_type=jnp.float32)


rounded_everywhere = jax.custom_vjp(rounded)
rounded_everywhere.defvjp(
    lambda a, b: (rounded(a, b), (a, b)), lambda ab, g: (rounded(g, ab[1].T), rounded(ab[0].T, g))
)


def rounded_product():
    a, b = (jnp.array(sequence(seed, 512 * 512)).reshape(512, 512).astype(jnp.bfloat16) for seed in (1, 2))
    return repeated(rounded, (a, b), absolute_sum)


def thin_product():
    x = jnp.array(sequence(1, 4096)).reshape(1, 4096)
    w = jnp.array(sequence(2, 4096 * 4096)).reshape(4096, 4096).astype(jnp.bfloat16)
    return repeated(rounded, (x, w), absolute_sum)


def rounded_mlp():
    loss = lambda *given: mlp_loss(*given, rounded_everywhere)
    return trainer("sgd", loss, net_of(MLP_SIZES), tuple(map(jnp.array, mlp_batch(128))), 0.01)


def small(kind):
    return trainer(kind, small_loss, net_of(SMALL_SIZES), tuple(map(jnp.array, small_batch())), 0.05)


def repeated(f, arguments, check):
    compiled = jax.jit(f)

    def run(count):
        for _ in range(count):
            result = compiled(*arguments)
        jax.block_until_ready(result)

    return check(compiled(*arguments)), run


def absolute_sum(tree):
    return sum(float(jnp.abs(leaf).sum()) for leaf in jax.tree_util.tree_leaves(tree))


def product(m, k, n, transposed):
    a = jnp.array(sequence(1, m * k)).reshape((k, m) if transposed == "tn" else (m, k))
    b = jnp.array(sequence(2, k * n)).reshape((n, k) if transposed == "nt" else (k, n))
    f = lambda a, b: (a.T if transposed == "tn" else a) @ (b.T if transposed == "nt" else b)
    return repeated(f, (a, b), absolute_sum)


def rosenbrock(n):
    def f(x):
        a, b = x[:-1], x[1:]
        return (100 * jnp.square(b - a * a) + jnp.square(1 - a)).sum()

    return repeated(jax.grad(f), (jnp.array(sequence(200, n, 2)),), absolute_sum)


def matrix(seed):
    return jnp.array(sequence(seed, 512 * 512)).reshape(512, 512)


def cholesky():
    x = matrix(203)
    return repeated(jnp.linalg.cholesky, (x + x.T + 512 * jnp.eye(512),), absolute_sum)


def solve():
    return repeated(jnp.linalg.solve, (matrix(203) + 8 * jnp.eye(512), matrix(204)), absolute_sum)


KERNELS = [(3, 16, 3), (16, 16, 3), (16, 16, 3), (16, 32, 3), (32, 32, 3), (16, 32, 1), (32, 64, 3), (64, 64, 3), (32, 64, 1)]


def image_loss(weights, x, labels):
    relu, (first, a, b, c, d, p, e, f, q, dense) = jax.nn.relu, weights

    def conv(y, kernel, stride=1):
        edge = (kernel.shape[0] // 2,) * 2
        layout = ("NHWC", "HWIO", "NHWC")
        return jax.lax.conv_general_dilated(y, kernel, (stride, stride), (edge, edge), dimension_numbers=layout)

    h = relu(conv(x, first))
    h = relu(h + conv(relu(conv(h, a)), b))
    h = relu(conv(h, p, 2) + conv(relu(conv(h, c, 2)), d))
    h = relu(conv(h, q, 2) + conv(relu(conv(h, e, 2)), f))
    logits = jax.nn.log_softmax(h.mean((1, 2)) @ dense)
    return -jnp.take_along_axis(logits, labels[:, None], 1).mean()


def residual(what):
    kernels = [
        jnp.array(sequence(301 + i, k * k * a * b, 2 * np.sqrt(6 / (k * k * (a + b)))).reshape(k, k, a, b))
        for i, (a, b, k) in enumerate(KERNELS)
    ]
    weights = [*kernels, jnp.array(sequence(320, 640, 1).reshape(64, 10))]
    x = jnp.array(sequence(321, 32 * 32 * 32 * 3, 2).reshape(32, 32, 32, 3))
    f = image_loss if what == "forward" else jax.grad(image_loss)
    return repeated(f, (weights, x, jnp.arange(32) % 10), absolute_sum)


def attend(q, k, v):
    return jax.nn.softmax(q @ k.swapaxes(2, 3) / np.sqrt(np.float32(q.shape[3]))) @ v


def attention(what):
    parts = tuple(jnp.array(sequence(330 + i, 8 * 512 * 64, 2).reshape(1, 8, 512, 64)) for i in range(3))
    gradient = jax.grad(lambda *parts: jnp.square(attend(*parts)).sum(), argnums=(0, 1, 2))
    return repeated(attend if what == "forward" else gradient, parts, absolute_sum)


def softmax():
    x = jnp.array(sequence(201, 128 * 1024, 8)).reshape(128, 1024)
    return repeated(jax.nn.softmax, (x,), lambda y: float(jnp.square(y).sum()))


def tanh():
    return repeated(jnp.tanh, (jnp.array(sequence(202, 1_000_000, 8)),), absolute_sum)


def adam():
    start, g = sequence(1, 1_000_000), jnp.array(sequence(2, 1_000_000))
    step = jax.jit(adam_update, donate_argnums=0)
    held = [adam_start(jnp.array(start))]

    def run(count):
        for _ in range(count):
            held[0] = step(held[0], g)
        jax.block_until_ready(held[0])

    run(5)
    return absolute_sum(held[0]["params"] - start), run


def hvp():
    x, labels = map(jnp.array, mlp_batch(128))
    net = net_of(MLP_SIZES)
    direction = [
        {"w": jnp.array(sequence(300 + l, layer["w"].size)).reshape(layer["w"].shape),
         "b": jnp.array(sequence(400 + l, layer["b"].size))}
        for l, layer in enumerate(net)
    ]
    along = lambda p, v: jax.jvp(jax.grad(lambda q: mlp_loss(q, x, labels)), (p,), (v,))[1]
    return repeated(along, (net, direction), absolute_sum)


def on(task, *arguments):
    return lambda threads: task(*arguments)


def forward_only():
    net, x = net_of(MLP_SIZES), jnp.array(mlp_batch(128)[0])
    return repeated(lambda net, x: forward(net, x, jax.nn.relu), (net, x), absolute_sum)


serve(
    {
        **{name: on(product, *sizes) for name, sizes in PRODUCTS.items()},
        **{f"mlp-{rows}-{kind}": on(mlp, rows, kind) for rows in (32, 128, 1024) for kind in ("sgd", "adam")},
        "gemm-512-bfloat16": on(rounded_product),
        "thin-4096-bfloat16": on(thin_product),
        "mlp-128-sgd-bfloat16": on(rounded_mlp),
        "mlp-forward-128": on(forward_only),
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
    jax.__version__,
)

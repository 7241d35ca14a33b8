"""JAX as a tool of GradBench: float64, every function compiled once for each size."""
import math
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from tool_protocol import serve, sparse_sample

jax.config.update("jax_enable_x64", True)


def array(x):
    return jnp.array(x, dtype=jnp.float64)


def task(f, read, output):
    """`read` makes arguments of an input; `f` of them is what is timed."""

    def prepare(given):
        arguments = read(given)
        return lambda: jax.block_until_ready(f(*arguments))

    return prepare, output


def lists(tree):
    return jax.tree_util.tree_map(lambda leaf: np.asarray(leaf).tolist(), tree)


# Gaussian mixtures


def triangle_places(d):
    below = lambda row, column: column * d - column * (column + 1) // 2 + row - column - 1
    place = lambda r, c: 0 if r < c else 1 + r if r == c else 1 + d + below(r, c)
    return np.array([place(r, c) for r in range(d) for c in range(d)])


def gmm_objective(parameters, x, m, gamma, constant):
    alpha, mu, q, l = (parameters[name] for name in ("alpha", "mu", "q", "l"))
    (n, d), k = x.shape, mu.shape[0]
    diagonal = jnp.exp(q)
    elements = jnp.concatenate([jnp.zeros((k, 1)), diagonal, l], axis=1)
    triangle = elements[:, triangle_places(d)].reshape(k, d, d)
    centred = jnp.einsum("kij,nj->nki", triangle, x) - jnp.einsum("kij,kj->ki", triangle, mu)
    determinants = q.sum(axis=1)
    terms = alpha + determinants - 0.5 * jnp.square(centred).sum(axis=2)
    likelihood = jax.nn.logsumexp(terms, axis=1).sum() - n * jax.nn.logsumexp(alpha)
    frobenius = jnp.square(diagonal).sum() + jnp.square(l).sum()
    prior = m * determinants.sum() - 0.5 * gamma**2 * frobenius
    return likelihood + prior + constant - n * d * 0.5 * math.log(2 * math.pi)


def gmm_read(given):
    d, k, m, gamma = (given[name] for name in ("d", "k", "m", "gamma"))
    freedom = d + m + 1
    log_gamma = d * (d - 1) / 4 * math.log(math.pi) + sum(math.lgamma((freedom - j) / 2) for j in range(d))
    constant = k * (freedom * d * (math.log(gamma) - 0.5 * math.log(2)) - log_gamma)
    parameters = {name: array(given[name]) for name in ("alpha", "mu", "q", "l")}
    parameters["l"] = parameters["l"].reshape(k, d * (d - 1) // 2)
    return parameters, array(given["x"]), array(m), array(gamma), array(constant)


# k-means


def kmeans_cost(centroids, points):
    lengths = jnp.square(points).sum(axis=1, keepdims=True)
    distances = lengths + jnp.square(centroids).sum(axis=1) - 2 * points @ centroids.T
    return distances.min(axis=1).sum()


def kmeans_direction(centroids, points):
    gradient = jax.grad(lambda c: kmeans_cost(c, points))
    found, curvature = jax.jvp(gradient, (centroids,), (jnp.ones_like(centroids),))
    return found / curvature


def kmeans_read(given):
    return array(given["centroids"]), array(given["points"])


# A differential equation


def ode_solution(x, steps):
    h = 2 / steps
    slope = lambda y: jnp.concatenate([x[:1], x[1:] * y[:-1]])

    def step(y, _):
        k1 = slope(y)
        k2 = slope(y + h / 2 * k1)
        k3 = slope(y + h / 2 * k2)
        k4 = slope(y + h * k3)
        return y + h / 6 * (k1 + 2 * (k2 + k3) + k4), None

    return jax.lax.scan(step, jnp.zeros_like(x), None, length=steps)[0]


ode_primal = jax.jit(ode_solution, static_argnums=1)
ode_gradient = jax.jit(jax.grad(lambda x, steps: ode_solution(x, steps)[-1]), static_argnums=1)


def ode_read(given):
    return array(given["x"]), given["s"]


# Long short-term memory


def lstm_layer(weights, biases, hidden, cell, x):
    w, b = weights.reshape(4, -1), biases.reshape(4, -1)
    kept = cell * jax.nn.sigmoid(x * w[0] + b[0])
    cell = kept + jax.nn.sigmoid(hidden * w[1] + b[1]) * jnp.tanh(hidden * w[3] + b[3])
    return jax.nn.sigmoid(x * w[2] + b[2]) * jnp.tanh(cell), cell


def lstm_objective(parameters, state, sequence):
    main, extra = parameters

    def step(carried, pair):
        x, target = pair
        x, after = x * extra[0], []
        for l in range(main.shape[0] // 2):
            x, cell = lstm_layer(main[2 * l], main[2 * l + 1], carried[2 * l], carried[2 * l + 1], x)
            after += [x, cell]
        predicted = x * extra[1] + extra[2]
        normalizer = jnp.log(2 + jnp.exp(predicted).sum())
        return jnp.stack(after), (target * (predicted - normalizer)).sum()

    scores = jax.lax.scan(step, state, (sequence[:-1], sequence[1:]))[1]
    return -scores.sum() / (sequence.shape[1] * (sequence.shape[0] - 1))


def lstm_read(given):
    parameters = array(given["main_params"]), array(given["extra_params"])
    return parameters, array(given["state"]), array(given["sequence"])


# Bundle adjustment


def rotated(axis, point):
    squared = axis @ axis
    angle = jnp.sqrt(jnp.where(squared == 0, 1.0, squared))
    unit = axis / angle
    along = (unit @ point) * (1 - jnp.cos(angle))
    turned = point * jnp.cos(angle) + jnp.cross(unit, point) * jnp.sin(angle) + unit * along
    return jnp.where(squared == 0, point + jnp.cross(axis, point), turned)


def reprojection(block, seen):
    x = rotated(block[:3], block[11:14] - block[3:6])
    flat = x[:2] / x[2]
    radius = flat @ flat
    projected = flat * (1 + block[9] * radius + block[10] * radius**2) * block[6] + block[7:9]
    return block[14] * (projected - seen)


def blocks_of(cameras, points, weights, camera_of, point_of):
    return jnp.concatenate([cameras[camera_of], points[point_of], weights[:, None]], axis=1)


def ba_objective(cameras, points, weights, features, camera_of, point_of):
    blocks = blocks_of(cameras, points, weights, camera_of, point_of)
    return jax.vmap(reprojection)(blocks, features), 1 - weights**2


def ba_values(cameras, points, weights, features, camera_of, point_of):
    blocks = blocks_of(cameras, points, weights, camera_of, point_of)
    derivatives = jax.vmap(jax.jacrev(reprojection))(blocks, features)
    return jnp.concatenate([derivatives.ravel(), jax.vmap(jax.grad(lambda w: 1 - w**2))(weights)])


def ba_read(given):
    n, m, p = given["n"], given["m"], given["p"]
    tiled = lambda row, count: jnp.tile(array(row), (count, 1))
    weights, places = jnp.full(p, given["w"]), jnp.arange(p)
    return tiled(given["cam"], n), tiled(given["x"], m), weights, tiled(given["feat"], p), places % n, places % m


def ba_task(f, output):
    """The sizes of the input are needed for the output too."""
    sizes = {}

    def read(given):
        sizes.update({name: given[name] for name in ("n", "m", "p")})
        return ba_read(given)

    return task(f, read, lambda found: output(found, **sizes))


def ba_errors(found, n, m, p):
    return {
        "reproj_error": {"elements": lists(found[0][0]), "repeated": p},
        "w_err": {"element": float(found[1][0]), "repeated": p},
    }


# Tracking of a hand


def rotation(axis):
    squared = jnp.square(axis).sum()
    still = squared < 1e-8
    angle = jnp.sqrt(jnp.where(still, 1.0, squared))
    x, y, z = axis / angle
    s, c = jnp.sin(angle), jnp.cos(angle)
    skew = jnp.array([[0.0 * x, -z, y], [z, 0.0 * x, -x], [-y, x, 0.0 * x]])
    turned = c * jnp.eye(3) + (1 - c) * jnp.outer(axis / angle, axis / angle) + s * skew
    return jnp.where(still, jnp.eye(3), turned)


def angle_places(bones):
    places = np.zeros((bones, 3), dtype=int)
    for finger in range(5):
        for joint in range(3):
            bone, first = 2 + 4 * finger + joint, 7 + 4 * finger
            places[bone, 0] = first if joint == 0 else first + 1 + joint
            if joint == 0:
                places[bone, 1] = first + 1
    return places


def euler_rotations(angles):
    (sx, sz, sy), (cx, cz, cy) = jnp.sin(angles).T, jnp.cos(angles).T
    none, one = jnp.zeros_like(sx), jnp.ones_like(sx)
    matrix = lambda *elements: jnp.stack(elements, axis=1).reshape(-1, 3, 3)
    x = matrix(one, none, none, none, cx, -sx, none, sx, cx)
    y = matrix(cy, none, sy, none, one, none, -sy, none, cy)
    z = matrix(cz, -sz, none, sz, cz, none, none, none, one)
    return z @ y @ x


def hand_positions(theta, hand, parents, mirrored):
    bones = len(parents)
    turns = euler_rotations(jnp.concatenate([jnp.zeros(1), theta])[angle_places(bones)])
    turns = jnp.zeros((bones, 4, 4)).at[:, :3, :3].set(turns).at[:, 3, 3].set(1.0)
    posed, absolutes = hand["relatives"] @ turns, []
    for i, parent in enumerate(parents):
        absolutes.append(posed[i] if parent == -1 else absolutes[parent] @ posed[i])
    transforms = jnp.stack(absolutes) @ hand["inverses"]
    weighted = hand["weights"][:, :, None] * hand["positions"][:, None, :]
    skinned = jnp.einsum("vbj,bij->vi", weighted, transforms[:, :3])
    if mirrored:
        skinned = skinned * jnp.array([-1.0, 1.0, 1.0])
    return skinned @ rotation(theta[:3]).T + theta[3:6]


def hand_errors(theta, us, hand, parents, mirrored):
    compared = hand_positions(theta, hand, parents, mirrored)[hand["vertices"]]
    if us.size == 0:
        return (hand["points"] - compared).ravel()
    shares = jnp.concatenate([us, 1 - us.sum(axis=1, keepdims=True)], axis=1)
    return (hand["points"] - jnp.einsum("pk,pki->pi", shares, compared)).ravel()


@partial(jax.jit, static_argnums=(2, 3))
def ht_objective(theta, hand, parents, mirrored):
    return hand_errors(theta, hand["us"], hand, parents, mirrored)


@partial(jax.jit, static_argnums=(2, 3))
def ht_jacobian(theta, hand, parents, mirrored):
    if hand["us"].size == 0:
        return jax.jacfwd(lambda a: hand_errors(a, hand["us"], hand, parents, mirrored))(theta)
    shifted = lambda a: hand_errors(a[2:], hand["us"] + a[:2], hand, parents, mirrored)
    return jax.jacfwd(shifted)(jnp.concatenate([jnp.zeros(2), theta]))


def ht_read(given):
    data, us = given["data"], given["us"]
    model, places = data["model"], data["correspondences"]
    vertices = places if len(us) == 0 else [model["triangles"][place] for place in places]
    hand = {
        "relatives": array(model["base_relatives"]),
        "inverses": array(model["inverse_base_absolutes"]),
        "positions": array(model["base_positions"]),
        "weights": array(model["weights"]),
        "points": array(data["points"]),
        "vertices": jnp.array(vertices),
        "us": array(us).reshape(-1, 2),
    }
    return array(given["theta"]), hand, tuple(model["parents"]), model["is_mirrored"]


def flat_gradient(found):
    return [e for leaf in found for e in np.asarray(leaf).ravel().tolist()]


serve(
    "jax",
    {
        "hello": {
            "square": task(jnp.square, lambda x: (array(x),), float),
            "double": task(jax.grad(jnp.square), lambda x: (array(x),), float),
        },
        "gmm": {
            "objective": task(jax.jit(gmm_objective), gmm_read, float),
            "jacobian": task(jax.jit(jax.grad(gmm_objective)), gmm_read, lists),
        },
        "kmeans": {
            "cost": task(jax.jit(kmeans_cost), kmeans_read, float),
            "dir": task(jax.jit(kmeans_direction), kmeans_read, lists),
        },
        "ode": {
            "primal": task(ode_primal, ode_read, lists),
            "gradient": task(ode_gradient, ode_read, lists),
        },
        "lstm": {
            "objective": task(jax.jit(lstm_objective), lstm_read, float),
            "jacobian": task(jax.jit(jax.grad(lstm_objective)), lstm_read, flat_gradient),
        },
        "ba": {
            "objective": ba_task(jax.jit(ba_objective), ba_errors),
            "jacobian": ba_task(jax.jit(ba_values), lambda found, **sizes: sparse_sample(found, **sizes)),
        },
        "ht": {
            "objective": task(ht_objective, ht_read, lists),
            "jacobian": task(ht_jacobian, ht_read, lists),
        },
    },
)

"""PyTorch as a tool of GradBench: float64, eager, with its own function transforms."""
import math
import os

import numpy as np
import torch
from torch.func import grad, jacfwd, jacrev, vmap

from tool_protocol import serve, sparse_sample

if "BENCH_THREADS" in os.environ:
    torch.set_num_threads(int(os.environ["BENCH_THREADS"]))
torch.set_default_dtype(torch.float64)


def array(x):
    return torch.tensor(x, dtype=torch.float64)


def task(f, read, output):
    """`read` makes arguments of an input; `f` of them is what is timed."""

    def prepare(given):
        arguments = read(given)
        return lambda: f(*arguments)

    return prepare, output


def lists(found):
    return found.tolist()


# Gaussian mixtures


def triangle_places(d):
    below = lambda row, column: column * d - column * (column + 1) // 2 + row - column - 1
    place = lambda r, c: 0 if r < c else 1 + r if r == c else 1 + d + below(r, c)
    return torch.tensor([place(r, c) for r in range(d) for c in range(d)])


def gmm_objective(alpha, mu, q, l, x, m, gamma, constant, places):
    (n, d), k = x.shape, mu.shape[0]
    diagonal = q.exp()
    elements = torch.cat([torch.zeros(k, 1), diagonal, l], dim=1)
    triangle = elements[:, places].reshape(k, d, d)
    centred = torch.einsum("kij,nj->nki", triangle, x) - torch.einsum("kij,kj->ki", triangle, mu)
    determinants = q.sum(1)
    terms = alpha + determinants - 0.5 * centred.square().sum(2)
    likelihood = terms.logsumexp(1).sum() - n * alpha.logsumexp(0)
    frobenius = diagonal.square().sum() + l.square().sum()
    prior = m * determinants.sum() - 0.5 * gamma**2 * frobenius
    return likelihood + prior + constant - n * d * 0.5 * math.log(2 * math.pi)


def gmm_read(given):
    d, k, m, gamma = (given[name] for name in ("d", "k", "m", "gamma"))
    freedom = d + m + 1
    log_gamma = d * (d - 1) / 4 * math.log(math.pi) + sum(math.lgamma((freedom - j) / 2) for j in range(d))
    constant = k * (freedom * d * (math.log(gamma) - 0.5 * math.log(2)) - log_gamma)
    alpha, mu, q, l = (array(given[name]).requires_grad_() for name in ("alpha", "mu", "q", "l"))
    l = l.detach().reshape(k, d * (d - 1) // 2).requires_grad_()
    return alpha, mu, q, l, array(given["x"]), m, gamma, constant, triangle_places(d)


def gmm_gradient(*arguments):
    return torch.autograd.grad(gmm_objective(*arguments), arguments[:4])


def gmm_output(found):
    return dict(zip(("alpha", "mu", "q", "l"), map(lists, found)))


# k-means


def kmeans_cost(centroids, points):
    lengths = points.square().sum(1, keepdim=True)
    distances = lengths + centroids.square().sum(1) - 2 * points @ centroids.T
    return distances.min(1).values.sum()


def kmeans_direction(centroids, points):
    given = centroids.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(kmeans_cost(given, points), given, create_graph=True)
    (curvature,) = torch.autograd.grad(gradient.sum(), given)
    return (gradient / curvature).detach()


def kmeans_read(given):
    return array(given["centroids"]), array(given["points"])


# A differential equation


def ode_solution(x, steps):
    h, y = 2 / steps, torch.zeros_like(x)
    slope = lambda y: torch.cat([x[:1], x[1:] * y[:-1]])
    for _ in range(steps):
        k1 = slope(y)
        k2 = slope(y + h / 2 * k1)
        k3 = slope(y + h / 2 * k2)
        k4 = slope(y + h * k3)
        y = y + h / 6 * (k1 + 2 * (k2 + k3) + k4)
    return y


def ode_gradient(x, steps):
    given = x.detach().requires_grad_()
    return torch.autograd.grad(ode_solution(given, steps)[-1], given)[0]


def ode_read(given):
    return array(given["x"]), given["s"]


# Long short-term memory


def lstm_layer(weights, biases, hidden, cell, x):
    from_input = torch.sigmoid(x * weights[[0, 2]] + biases[[0, 2]])
    kept = cell * from_input[0]
    change = torch.tanh(hidden * weights[3] + biases[3])
    cell = kept + torch.sigmoid(hidden * weights[1] + biases[1]) * change
    return from_input[1] * torch.tanh(cell), cell


def lstm_objective(main, extra, state, sequence):
    layers, bits = main.shape[0] // 2, sequence.shape[1]
    weights = [w.reshape(4, bits) for w in main[0::2]]
    biases = [b.reshape(4, bits) for b in main[1::2]]
    cells, predictions = list(state.reshape(layers, 2, bits)), []
    inputs = sequence[:-1] * extra[0]
    for x in inputs:
        for l in range(layers):
            x, cell = lstm_layer(weights[l], biases[l], cells[l][0], cells[l][1], x)
            cells[l] = (x, cell)
        predictions.append(x)
    predicted = torch.stack(predictions) * extra[1] + extra[2]
    normalizer = torch.log(2 + predicted.exp().sum(1, keepdim=True))
    return -(sequence[1:] * (predicted - normalizer)).sum() / (bits * (sequence.shape[0] - 1))


def lstm_read(given):
    main, extra = array(given["main_params"]).requires_grad_(), array(given["extra_params"]).requires_grad_()
    return main, extra, array(given["state"]), array(given["sequence"])


def lstm_gradient(*arguments):
    return torch.autograd.grad(lstm_objective(*arguments), arguments[:2])


# Bundle adjustment


def rotated(axis, point):
    squared = (axis * axis).sum()
    still = squared == 0
    angle = torch.sqrt(torch.where(still, 1.0, squared))
    unit = axis / angle
    along = (unit * point).sum() * (1 - torch.cos(angle))
    across, alone = torch.linalg.cross(unit, point), point + torch.linalg.cross(axis, point)
    return torch.where(still, alone, point * torch.cos(angle) + across * torch.sin(angle) + unit * along)


def reprojection(block, seen):
    x = rotated(block[:3], block[11:14] - block[3:6])
    flat = x[:2] / x[2]
    radius = (flat * flat).sum()
    projected = flat * (1 + block[9] * radius + block[10] * radius**2) * block[6] + block[7:9]
    return block[14] * (projected - seen)


def blocks_of(cameras, points, weights, camera_of, point_of):
    return torch.cat([cameras[camera_of], points[point_of], weights[:, None]], dim=1)


def ba_objective(cameras, points, weights, features, camera_of, point_of):
    blocks = blocks_of(cameras, points, weights, camera_of, point_of)
    return vmap(reprojection)(blocks, features), 1 - weights**2


def ba_values(cameras, points, weights, features, camera_of, point_of):
    blocks = blocks_of(cameras, points, weights, camera_of, point_of)
    derivatives = vmap(jacrev(reprojection))(blocks, features)
    return torch.cat([derivatives.ravel(), vmap(grad(lambda w: 1 - w**2))(weights)])


def ba_read(given):
    n, m, p = given["n"], given["m"], given["p"]
    tiled = lambda row, count: array(row).repeat(count, 1)
    weights, places = torch.full((p,), float(given["w"])), torch.arange(p)
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
    squared = axis.square().sum()
    still = squared < 1e-8
    angle = torch.sqrt(torch.where(still, 1.0, squared))
    unit = axis / angle
    x, y, z = unit.unbind()
    s, c, none = torch.sin(angle), torch.cos(angle), torch.zeros_like(x)
    skew = torch.stack([none, -z, y, z, none, -x, -y, x, none]).reshape(3, 3)
    turned = c * torch.eye(3) + (1 - c) * torch.outer(unit, unit) + s * skew
    return torch.where(still, torch.eye(3), turned)


def angle_places(bones):
    places = np.zeros((bones, 3), dtype=int)
    for finger in range(5):
        for joint in range(3):
            bone, first = 2 + 4 * finger + joint, 7 + 4 * finger
            places[bone, 0] = first if joint == 0 else first + 1 + joint
            if joint == 0:
                places[bone, 1] = first + 1
    return torch.from_numpy(places)


def euler_rotations(angles):
    (sx, sz, sy), (cx, cz, cy) = torch.sin(angles).unbind(1), torch.cos(angles).unbind(1)
    none, one = torch.zeros_like(sx), torch.ones_like(sx)
    matrix = lambda *elements: torch.stack(elements, dim=1).reshape(-1, 3, 3)
    x = matrix(one, none, none, none, cx, -sx, none, sx, cx)
    y = matrix(cy, none, sy, none, one, none, -sy, none, cy)
    z = matrix(cz, -sz, none, sz, cz, none, none, none, one)
    return z @ y @ x


def homogeneous(turns):
    above = torch.cat([turns, torch.zeros(len(turns), 3, 1)], dim=2)
    below = torch.tensor([0.0, 0.0, 0.0, 1.0]).expand(len(turns), 1, 4)
    return torch.cat([above, below], dim=1)


def hand_positions(theta, hand, parents, mirrored):
    turns = euler_rotations(torch.cat([torch.zeros(1), theta])[hand["places"]])
    posed, absolutes = hand["relatives"] @ homogeneous(turns), []
    for i, parent in enumerate(parents):
        absolutes.append(posed[i] if parent == -1 else absolutes[parent] @ posed[i])
    transforms = torch.stack(absolutes) @ hand["inverses"]
    weighted = hand["weights"][:, :, None] * hand["positions"][:, None, :]
    skinned = torch.einsum("vbj,bij->vi", weighted, transforms[:, :3])
    if mirrored:
        skinned = skinned * torch.tensor([-1.0, 1.0, 1.0])
    return skinned @ rotation(theta[:3]).T + theta[3:6]


def hand_errors(theta, us, hand, parents, mirrored):
    compared = hand_positions(theta, hand, parents, mirrored)[hand["vertices"]]
    if us.numel() == 0:
        return (hand["points"] - compared).ravel()
    shares = torch.cat([us, 1 - us.sum(1, keepdim=True)], dim=1)
    return (hand["points"] - torch.einsum("pk,pki->pi", shares, compared)).ravel()


def ht_objective(theta, hand, parents, mirrored):
    return hand_errors(theta, hand["us"], hand, parents, mirrored)


def ht_jacobian(theta, hand, parents, mirrored):
    if hand["us"].numel() == 0:
        return jacfwd(lambda a: hand_errors(a, hand["us"], hand, parents, mirrored))(theta)
    shifted = lambda a: hand_errors(a[2:], hand["us"] + a[:2], hand, parents, mirrored)
    return jacfwd(shifted)(torch.cat([torch.zeros(2), theta]))


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
        "vertices": torch.tensor(vertices),
        "places": angle_places(len(model["parents"])),
        "us": array(us).reshape(-1, 2),
    }
    return array(given["theta"]), hand, model["parents"], model["is_mirrored"]


def flat_gradient(found):
    return torch.cat([leaf.ravel() for leaf in found]).tolist()


def without_tape(f):
    def run(*arguments):
        with torch.no_grad():
            return f(*arguments)

    return run


serve(
    "pytorch",
    {
        "hello": {
            "square": task(torch.square, lambda x: (array(x),), float),
            "double": task(grad(torch.square), lambda x: (array(x),), float),
        },
        "gmm": {
            "objective": task(without_tape(gmm_objective), gmm_read, float),
            "jacobian": task(gmm_gradient, gmm_read, gmm_output),
        },
        "kmeans": {
            "cost": task(kmeans_cost, kmeans_read, float),
            "dir": task(kmeans_direction, kmeans_read, lists),
        },
        "ode": {
            "primal": task(ode_solution, ode_read, lists),
            "gradient": task(ode_gradient, ode_read, lists),
        },
        "lstm": {
            "objective": task(without_tape(lstm_objective), lstm_read, float),
            "jacobian": task(lstm_gradient, lstm_read, flat_gradient),
        },
        "ba": {
            "objective": ba_task(ba_objective, ba_errors),
            "jacobian": ba_task(ba_values, lambda found, **sizes: sparse_sample(found, **sizes)),
        },
        "ht": {
            "objective": task(ht_objective, ht_read, lists),
            "jacobian": task(ht_jacobian, ht_read, lists),
        },
    },
)

"""Networks in PyTorch, in every form that could be made of its calls:

    autograd    what its users write: nn.Linear and SGD, one indexed tensor a batch, no DataLoader
    in-place    forward, backward and update by hand into buffers that stay; a weight's gradient goes
                straight into its velocity
    scripted    the same functions, compiled by torch.jit.script: no Python between two calls

Each is as fast as it could be made: rows are scored in blocks, for all at once is slower (their
temporaries leave the cache). What was tried and lost (README.md): oneDNN's linear layer, widths
padded to 16, weights stored the other way round, and for batches of one the pixels that are not 0.
"""
import math
from typing import List

import torch
from torch import Tensor, nn

SCORED = 1000  # rows a block
SUMMED = 5000  # rows a block of a step whose batch is larger; 200 to 40,000 took the same time, 3 %


def glorot(rows, columns):
    r = math.sqrt(6 / (rows + columns))
    return torch.empty(rows, columns).uniform_(-r, r)


class Autograd:
    """Shapes  As nn.Linear has them: weights (out, in)."""

    def __init__(self, work):
        function = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid}[work.activation]
        layers = []
        for inputs, outputs in zip(work.widths, work.widths[1:]):
            layers += [nn.Linear(inputs, outputs), function()]
            layers[-2].weight.data = glorot(outputs, inputs)
            layers[-2].bias.data.zero_()
        self.net, self.work = nn.Sequential(*layers[:-1]), work
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=work.rate, momentum=work.momentum,
                                         dampening=work.momentum, weight_decay=2 * work.l2)
        self.loss = nn.BCEWithLogitsLoss() if work.classes else nn.CrossEntropyLoss()

    def train(self, x, y):
        """One epoch. Mean loss and accuracy of its rows before each step, where they are wanted."""
        if self.work.classes:
            y = y.float().view(-1, 1)
        order = None if self.work.running else torch.randperm(len(x))
        loss_sum, right = 0.0, 0
        for first in range(0, len(x), self.work.batch):
            rows = slice(first, first + self.work.batch)
            if order is not None:
                rows = order[rows]
            z = self.net(x[rows])
            loss = self.loss(z, y[rows])
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            if self.work.running:
                loss_sum += loss.item() * len(z)
                given = z > 0 if self.work.classes else z.argmax(1)
                right += (given == y[rows]).sum().item()
        return (loss_sum / len(x), right / len(x)) if self.work.running else None

    def logits(self, x):
        with torch.no_grad():
            return self.net(x)


def forward(x: Tensor, weights: List[Tensor], biases: List[Tensor], h: List[Tensor], activation: str):
    """Shapes  weights (in, out); h: room for each layer's outputs, (B, out), the last of them sums."""
    y = x
    for i in range(len(weights)):
        torch.addmm(biases[i], y, weights[i], out=h[i])
        y = h[i]
        if i + 1 < len(weights):
            if activation == "tanh":
                y.tanh_()
            elif activation == "relu":
                y.relu_()
            else:
                y.sigmoid_()


def backward(x: Tensor, delta: Tensor, weights: List[Tensor], velocities: List[Tensor],
             bias_velocities: List[Tensor], h: List[Tensor], dh: List[Tensor], activation: str,
             kept: float, share: float):
    """Velocities become kept times themselves plus share times the gradient."""
    d = delta
    for k in range(len(weights)):
        i = len(weights) - 1 - k
        inputs = x if i == 0 else h[i - 1]
        velocities[i].addmm_(inputs.t(), d, beta=kept, alpha=share)
        bias_velocities[i].mul_(kept).add_(d.sum(0), alpha=share)
        if i > 0:
            e = dh[i - 1]
            torch.mm(d, weights[i].t(), out=e)
            if activation == "tanh":
                torch.ops.aten.tanh_backward(e, inputs, grad_input=e)
            elif activation == "relu":
                torch.ops.aten.threshold_backward(e, inputs, 0, grad_input=e)
            else:
                torch.ops.aten.sigmoid_backward(e, inputs, grad_input=e)
            d = e


def update(weights: List[Tensor], biases: List[Tensor], velocities: List[Tensor],
           bias_velocities: List[Tensor], rate: float, decay: float):
    for i in range(len(weights)):
        if decay > 0:
            velocities[i].add_(weights[i], alpha=decay)
        weights[i].add_(velocities[i], alpha=-rate)
        biases[i].add_(bias_velocities[i], alpha=-rate)


class InPlace:
    """Minibatches, or one batch of all rows, summed up block by block."""

    def __init__(self, work, compiled=lambda function: function):
        self.forward, self.backward, self.update = compiled(forward), compiled(backward), compiled(update)
        self.work, pairs = work, list(zip(work.widths, work.widths[1:]))
        self.weights = [glorot(*pair) for pair in pairs]
        self.biases = [torch.zeros(outputs) for _, outputs in pairs]
        self.velocities = [torch.zeros_like(w) for w in self.weights]
        self.bias_velocities = [torch.zeros_like(b) for b in self.biases]
        self.block = min(work.batch, SUMMED)
        assert work.train % work.batch == 0 and work.batch % self.block == 0  # no shorter one at an end
        self.x, self.h, self.dh = torch.empty(self.block, work.widths[0]), self.room(self.block), self.room(self.block)
        self.scored = {}
        self.one_hot = torch.eye(work.widths[-1])

    def room(self, rows):
        return [torch.empty(rows, width) for width in self.work.widths[1:]]

    @torch.no_grad()
    def train(self, x, y):
        """As Autograd's."""
        order = None if self.work.running else torch.randperm(len(x))
        loss_sum, right = 0.0, 0
        for first in range(0, len(x), self.block):
            if order is not None:
                rows = order[first : first + self.block]
                block, labels = torch.index_select(x, 0, rows, out=self.x), y[rows]
            else:
                block, labels = x[first : first + self.block], y[first : first + self.block]
            begins = first % self.work.batch == 0
            self.forward(block, self.weights, self.biases, self.h, self.work.activation)
            if self.work.running:
                logarithms = torch.log_softmax(self.h[-1], 1)
                loss_sum += nn.functional.nll_loss(logarithms, labels, reduction="sum").item()
                right += (logarithms.argmax(1) == labels).sum().item()
                delta = logarithms.exp_()
            else:
                delta = torch.softmax(self.h[-1], 1)
            delta.sub_(self.one_hot[labels])
            self.backward(block, delta, self.weights, self.velocities, self.bias_velocities, self.h, self.dh,
                          self.work.activation, self.work.momentum if begins else 1.0,
                          (1 - self.work.momentum) / self.work.batch)
            if (first + self.block) % self.work.batch == 0:
                self.update(self.weights, self.biases, self.velocities, self.bias_velocities, self.work.rate,
                            (1 - self.work.momentum) * 2 * self.work.l2)
        return (loss_sum / len(x), right / len(x)) if self.work.running else None

    def logits(self, x):
        if len(x) not in self.scored:
            self.scored[len(x)] = self.room(len(x))
        h = self.scored[len(x)]
        self.forward(x, self.weights, self.biases, h, self.work.activation)
        return h[-1]


def train_rows(x: Tensor, targets: List[float], w1: Tensor, b1: Tensor, w2: Tensor, b2: float, rate: float):
    """One sigmoid output, a step after each row. The second bias is a plain number: a tensor of one
    entry costs as much a call as one of a thousand. Weights are (out, in); the rank-one update is a
    product with one column, which took two thirds of the time of addr_."""
    a, d = torch.empty_like(b1), torch.empty_like(b1)
    d_column = d.unsqueeze(1)
    rows = x.unsqueeze(1).unbind(0)
    flat = x.unbind(0)
    loss, right = 0.0, 0
    for j in range(len(targets)):
        t = targets[j]
        torch.addmv(b1, w1, flat[j], out=a).sigmoid_()
        y = 1 / (1 + math.exp(-(float(torch.dot(w2, a).item()) + b2)))
        step = -rate * (y - t)
        loss -= math.log(max(y if t > 0.5 else 1 - y, 1e-7))
        if (y > 0.5) == (t > 0.5):
            right += 1
        torch.ops.aten.sigmoid_backward(w2, a, grad_input=d)
        w2.add_(a, alpha=step)
        b2 += step
        w1.addmm_(d_column, rows[j], alpha=step)
        b1.add_(d, alpha=step)
    return loss, right, b2


class RowByRow:
    def __init__(self, work, compiled=lambda function: function):
        self.train_rows, self.work = compiled(train_rows), work
        _, hidden, _ = work.widths
        self.w1, self.b1 = glorot(hidden, work.widths[0]), torch.zeros(hidden)
        self.w2, self.b2 = glorot(1, hidden).view(-1), 0.0

    @torch.no_grad()
    def train(self, x, y):
        loss, right, self.b2 = self.train_rows(x, y.float().tolist(), self.w1, self.b1, self.w2, self.b2,
                                               self.work.rate)
        return loss / len(x), right / len(x)


def by_hand(work, compiled=lambda function: function):
    return (RowByRow if work.batch == 1 else InPlace)(work, compiled)


FORMS = {"autograd": Autograd, "in-place": by_hand, "scripted": lambda work: by_hand(work, torch.jit.script)}


def score(net, x, y):
    """Mean loss and accuracy, as mlpsweep takes them after each epoch."""
    loss = right = 0
    with torch.no_grad():
        for first in range(0, len(x), SCORED):
            z, t = net.logits(x[first : first + SCORED]), y[first : first + SCORED]
            loss += nn.functional.cross_entropy(z, t, reduction="sum").item()
            right += (z.argmax(1) == t).sum().item()
    return loss / len(x), right / len(x)


def train_epoch(net, data):
    """One epoch with its figures: (training loss, accuracy), (validation loss, accuracy)."""
    x, y, validation_x, validation_y = data
    train = net.train(x, y) or score(net, x, y)
    return train, score(net, validation_x, validation_y) if len(validation_x) else (math.nan, math.nan)

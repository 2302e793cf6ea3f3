"""Scripts as PaDiff's users have them, word for word as they would run there.

They are texts, and not modules: nothing here checks or formats what somebody else wrote.
"""

from __future__ import annotations

__all__ = [
    "CHECK",
    "DATALOADER",
    "DUMP_BY_HAND",
    "IN_PADDLE",
    "IN_TORCH",
    "LISTS",
    "MODELS",
    "ONLINE",
]

MODELS = """
import numpy
import paddle
import torch
from padiff import *


class SimpleModule(torch.nn.Module):
    def __init__(self):
        super(SimpleModule, self).__init__()
        self.linear1 = torch.nn.Linear(100, 100)
        self.linear2 = torch.nn.Linear(100, 10)
        self.act = torch.nn.ReLU()

    def forward(self, x):
        resdual = x
        x = self.linear1(x)
        x = self.act(x)
        x = x + resdual
        x = self.linear2(x)
        return x


class SimpleLayer(paddle.nn.Layer):
    def __init__(self):
        super(SimpleLayer, self).__init__()
        self.linear1 = paddle.nn.Linear(100, 100)
        self.linear2 = paddle.nn.Linear(100, 10)
        self.act = paddle.nn.ReLU()

    def forward(self, y):
        resdual = y
        y = self.linear1(y)
        y = self.act(y)
        y = y + resdual
        y = self.linear2(y)
        return y


paddle.seed(0)
torch.manual_seed(0)
"""

ONLINE = """
class Attention(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.attn = torch.nn.MultiheadAttention(16, 1, batch_first=True)
        self.lstm = torch.nn.LSTM(16, 8, batch_first=True)
        self.own = Scale(8)

    def forward(self, q, k, v):
        x, _ = self.attn(q, k, v)
        x, _ = self.lstm(x)
        return self.own(x)


class Scale(torch.nn.Module):
    def __init__(self, size):
        super().__init__()
        self.factor = torch.nn.Parameter(torch.rand(size, 1))

    def forward(self, x):
        return x * self.factor[:, 0]


class PaddleScale(paddle.nn.Layer):
    def __init__(self, size):
        super().__init__()
        self.gain = self.create_parameter([1, size])

    def forward(self, x):
        return x * self.gain[0]


class PaddleAttention(paddle.nn.Layer):
    def __init__(self):
        super().__init__()
        self.scale = PaddleScale(8)
        self.lstm = paddle.nn.LSTM(16, 8)
        self.attn = paddle.nn.MultiHeadAttention(16, 1)

    def forward(self, q, k, v):
        x = self.attn(q, k, v)
        x, _ = self.lstm(x)
        return self.scale(x)


def init_scale(scale, paddle_scale):
    paddle_scale.gain.set_value(scale.factor.detach().numpy().T.copy())


add_special_init("torch", "Scale", "paddle", "PaddleScale", init_scale)

# components that store their weights differently, defined in another order
module = create_model(Attention(), name="attention")
layer = create_model(PaddleAttention())
module.set_layer_map([module.model.attn, module.model.lstm, module.model.own])
layer.set_layer_map([layer.model.attn, layer.model.lstm, layer.model.scale])
inp = paddle.rand((2, 4, 16)).numpy()
inp = (
    {"q": torch.as_tensor(inp), "k": torch.as_tensor(inp), "v": torch.as_tensor(inp)},
    {"q": paddle.to_tensor(inp), "k": paddle.to_tensor(inp), "v": paddle.to_tensor(inp)},
)
print("layer_map", auto_diff(module, layer, inp, auto_init=True, atol=1e-4))

# the simple pair, with losses, optimizers and several steps
inp = paddle.rand((100, 100)).numpy().astype("float32")
inp = ({"x": torch.as_tensor(inp)}, {"y": paddle.to_tensor(inp)})
label = paddle.rand([100, 10]).numpy()
module, layer = SimpleModule(), SimpleLayer()


def torch_loss(out):
    return torch.nn.functional.mse_loss(out, torch.as_tensor(label))


def paddle_loss(out):
    return paddle.nn.functional.mse_loss(out, paddle.to_tensor(label))


torch_opt = torch.optim.Adam(lr=0.001, params=module.parameters())
paddle_opt = paddle.optimizer.Adam(learning_rate=0.001, parameters=layer.parameters())
print(
    "optimizers",
    auto_diff(
        module,
        layer,
        inp,
        loss_fns=[torch_loss, paddle_loss],
        optimizers=[torch_opt, paddle_opt],
        steps=3,
        atol=1e-4,
        rtol=0,
        compare_mode="strict",
    ),
)


def torch_step():
    torch_opt.step()
    torch_opt.zero_grad()


def paddle_step():
    paddle_opt.step()
    paddle_opt.clear_grad()


print("lambdas", auto_diff(module, layer, inp, optimizers=(torch_step, paddle_step), atol=1e-4))
for phase in ("forward", "backward", "both"):
    print(phase, auto_diff(module, layer, inp, single_step=True, diff_phase=phase, atol=1e-4))
print("modes", [auto_diff(module, layer, inp, compare_mode=m) for m in ("mean", "abs_mean", "strict")])

# weights by themselves
module, layer = create_model(SimpleModule()), create_model(SimpleLayer())
module.auto_layer_map("base")
layer.auto_layer_map("raw")
print("assign_weight", bool(assign_weight(module, layer)))

# a pair that differs
with torch.no_grad():
    module.model.linear2.bias += 1
print("differs", auto_diff(module, layer, inp, auto_init=False, atol=1e-4))
"""

_LOOP = """
def initialise(parameters, numbers):
    for name, parameter in parameters:
        yield parameter, numbers[name]


random = numpy.random.RandomState(0)
numbers = {
    "linear1.weight": random.rand(100, 100) / 50,
    "linear1.bias": random.rand(100),
    "linear2.weight": random.rand(100, 10) / 50,
    "linear2.bias": random.rand(10),
}
numbers = {name: value.astype("float32") for name, value in numbers.items()}
data = [random.rand(100, 100).astype("float32") for _ in range(5)]
"""

IN_TORCH = (
    _LOOP
    + """
module = SimpleModule()
for parameter, number in initialise(module.named_parameters(), numbers):
    parameter.data = torch.as_tensor(number.T.copy())
model = create_model(module, dump_freq=2)
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
for x in data:
    loss = model(torch.as_tensor(x)).mean()
    model.backward(loss)
    optimizer.step()
    optimizer.zero_grad()
    model.try_dump()
print(model.dump_path)
"""
)

IN_PADDLE = (
    _LOOP
    + """
layer = SimpleLayer()
for parameter, number in initialise(layer.named_parameters(), numbers):
    parameter.set_value(number)
model = create_model(layer, dump_freq=2)
optimizer = paddle.optimizer.SGD(learning_rate=0.1, parameters=layer.parameters())
for x in data:
    loss = model(paddle.to_tensor(x)).mean()
    model.backward(loss)
    optimizer.step()
    optimizer.clear_grad()
    model.try_dump()
print(model.dump_path)
"""
)

CHECK = """
import sys
from padiff import get_dump_root_path
from padiff.checker import check_grads, check_params, check_report, check_weights

base, raw = (get_dump_root_path() + "/" + name for name in sys.argv[1:])
cfg = {"atol": 1e-4, "rtol": 1e-5, "compare_mode": "strict"}
for check in (check_report, check_params, check_weights, check_grads):
    print(check.__name__, check(base, raw), check(base + "/step_2", raw + "/step_2", cfg=cfg))
print("frameworks", [name for name in ("torch", "paddle") if name in sys.modules])
"""

DUMP_BY_HAND = """
set_dump_root_path("dumps")
module, layer = create_model(SimpleModule()), create_model(SimpleLayer())
assign_weight(module, layer)
opts = (
    torch.optim.SGD(module.model.parameters(), lr=0.1),
    paddle.optimizer.SGD(0.1, parameters=layer.model.parameters()),
)
for idx in range(2):
    data = paddle.rand((4, 100)).numpy()
    for model, x, opt in zip((module, layer), (torch.as_tensor(data), paddle.to_tensor(data)), opts):
        path = model.dump_path + f"/{idx}"
        loss = model(x).mean()
        model.backward(loss)
        model.dump_report(path)
        model.dump_params(path)
        model.dump_grads(path)
        opt.step()
        model.dump_weights(path)
        model.clear_report()
    paths = (module.dump_path + f"/{idx}", layer.dump_path + f"/{idx}")
    checks = (check_report, check_params, check_grads, check_weights)
    print(idx, [check(*paths) for check in checks])
"""

LISTS = """
layer = SimpleLayer()
layer.eval()
white_list_layers = [layer.linear1, layer.linear2]
black_list_layers = [layer.linear1]
layer = create_model(layer, "layer")
layer.update_white_list(white_list_layers, "all")
layer.update_black_list(black_list_layers, "all")

module = SimpleModule()
module.eval()
module = create_model(module, "module")
module.update_white_list_with_class(torch.nn.Linear, mode="all")

assign_weight(module, layer)
inp = paddle.rand((100, 100)).numpy()
inp = ({"x": torch.as_tensor(inp)}, {"y": paddle.to_tensor(inp)})
print("white", auto_diff(module, layer, inp, atol=1e-4))
"""

DATALOADER = """
datas = [paddle.rand((100, 100)).numpy().astype("float32") for i in range(10)]


def paddle_loader():
    for data in datas:
        yield paddle.to_tensor(data)


def torch_loader():
    for data in datas:
        yield torch.as_tensor(data)


def torch_loader_with_diff():
    for idx, data in enumerate(datas):
        if idx == 2:
            yield torch.as_tensor(data + 1)
        else:
            yield torch.as_tensor(data)


print(check_dataloader(paddle_loader(), torch_loader()) == True)
print(check_dataloader(paddle_loader(), torch_loader_with_diff()) == False)
"""

# %% [markdown]
# Three cells to debug: set a breakpoint in `step`, run, and watch the weights change.

# %% data
import random

random.seed(7)
points = [(x, 3 * x + 2 + random.gauss(0, 0.5)) for x in range(20)]


# %% model
def step(weights, rate=0.005):
    """One step of gradient descent on the mean squared error."""
    slope, intercept = weights
    errors = [slope * x + intercept - y for x, y in points]
    slope -= rate * sum(error * x for error, (x, _) in zip(errors, points, strict=True)) / len(points)
    intercept -= rate * sum(errors) / len(points)
    return slope, intercept


# %% train
weights = (0.0, 0.0)
for _ in range(2000):
    weights = step(weights)
print(f"y = {weights[0]:.2f} x + {weights[1]:.2f}")

"""A kernel that has said it is there, and still loads what its cells need."""

from dap_kernel.agent.wire import messages as wire

from .kernel import Kernels


def test_a_kernel_is_described_before_it_can_run_cells(kernels: Kernels) -> None:
    """The server may be lost just then, and the next one asks at once."""
    kernel = kernels.jupyter()
    state = kernel.call(wire.Describe())
    assert (state["notebook"], state.get("cells", [])) == (kernel.notebook, [])
    kernel.run("x = 1")
    assert [it["source"] for it in kernel.call(wire.Describe())["cells"]] == ["x = 1"]

"""How kernels become machine code: all that an entry calls is linked into it and optimised once.

numba would optimise a kernel and make machine code of it for itself, and again within each kernel
that calls it. Here a kernel is kept as LLVM's intermediate language until an entry is compiled,
which takes copies of its own of all kernels below it. So what an entry computes depends on nothing
that the process loaded or compiled before.

This overrides what ``numba.core.codegen`` does when a library, which is one compiled function and
what it needs, is finished.
"""

from typing import Any, ClassVar

from llvmlite.binding import Linkage
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

__all__ = ["CHECKED", "DisjointCompiler", "EntryCompiler", "KernelCompiler"]

# The versions of numba in which all that is overridden here was looked at, and the engine tested.
CHECKED = ("0.68.0", "0.68.1")


# LLVM takes half of the longest vectors of a CPU that has some of 512 bits, unless it is told.
_LONG_VECTORS = '"prefer-vector-width"="512"'


class _Library(JITCodeLibrary):  # type: ignore[misc]  # numba has no types
    """Functions that use the longest vectors of the CPU."""

    def add_ir_module(self, ir_module: Any) -> None:
        """Add functions, and tell LLVM about vectors."""
        for function in ir_module.functions:
            if not function.is_declaration:
                # llvmlite writes all attributes as they are, but lets nobody add one with a value.
                set.add(function.attributes, _LONG_VECTORS)
        super().add_ir_module(ir_module)


class _KernelLibrary(_Library):
    """A kernel, neither optimised as a module nor made into machine code."""

    # Through this numba tells machine code where the function's environment is. There is none.
    codegen = property(lambda self: self)

    def set_env(self, *_: Any) -> None:
        """Do nothing."""

    def finalize(self) -> None:
        """Make it ready for linking."""
        for function in self._final_module.functions:
            if not function.is_declaration:
                # One copy, optimised on its own, whoever calls it; helpers are inlined instead.
                if b"alwaysinline" not in b" ".join(function.attributes):
                    function.add_function_attribute("noinline")
                function.linkage = Linkage.linkonce_odr
        self._finalized = True

    def get_pointer_to_function(self, _: str) -> int:
        """Tell that there is no machine code."""
        return 0

    def _get_module_for_linking(self) -> Any:
        return self._final_module


class _EntryLibrary(_Library):
    """An entry with copies of its own of all that it calls."""

    def finalize(self) -> None:
        """Link, optimise and make machine code."""
        self._linking_libraries = list(_below(self, {}))
        super().finalize()

    def _optimize_final_module(self) -> None:
        for function in self._final_module.functions:
            # LLVM may change a private function as its callers allow. Were its name to be seen, the
            # code of another entry could call it.
            if function.linkage == Linkage.linkonce_odr:
                function.linkage = Linkage.private
        super()._optimize_final_module()


def _below(library: Any, found: dict[Any, None]) -> dict[Any, None]:
    """Return the libraries that a library calls, once each, in a fixed order."""
    for other in library._linking_libraries:
        if other not in found:
            found[other] = None
            # Those that numba makes by itself have been linked with what they call.
            if isinstance(other, _KernelLibrary):
                _below(other, found)
    return found


class _Compiler(Compiler):  # type: ignore[misc]
    library: ClassVar[type]

    def compile_extra(self, func: Any) -> Any:
        self.state.library = self.library(self.state.targetctx.codegen(), func.__qualname__)
        self.state.library.enable_object_caching()
        return super().compile_extra(func)


class KernelCompiler(_Compiler):
    """Compiles kernels."""

    library = _KernelLibrary


class DisjointCompiler(KernelCompiler):
    """Compiles helpers whose arrays do not overlap."""

    def compile_extra(self, func: Any) -> Any:
        """Compile a function with a flag for which numba has no option."""
        self.state.flags.noalias = True
        return super().compile_extra(func)


class EntryCompiler(_Compiler):
    """Compiles entries."""

    library = _EntryLibrary

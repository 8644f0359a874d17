"""How kernels become machine code: all that an entry calls is linked into it and optimised once.

numba would optimise a kernel and make machine code of it for itself, and again within each kernel
that calls it. Here a kernel is kept as LLVM's intermediate language until an entry is compiled,
which takes copies of its own of all kernels below it. So what an entry computes depends on nothing
that the process loaded or compiled before.

This overrides what numba 0.68 does when a library is finished (``numba.core.codegen``).
"""

from typing import Any

from llvmlite.binding import Linkage
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

__all__ = ["EntryCompiler", "KernelCompiler"]


class _KernelLibrary(JITCodeLibrary):  # type: ignore[misc]  # numba has no types
    """A kernel, neither optimised as a module nor made into machine code."""

    # numba sets a variable of the machine code to the function's environment; there is none.
    codegen = property(lambda self: self)

    def set_env(self, *_: Any) -> None:
        """Do nothing."""

    def finalize(self) -> None:
        """Make it ready for linking."""
        for function in self._final_module.functions:
            if not function.is_declaration:
                # One copy, optimised on its own, whoever calls it; small helpers are inlined.
                if b"alwaysinline" not in b" ".join(function.attributes):
                    function.add_function_attribute("noinline")
                function.linkage = Linkage.linkonce_odr
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Tell that there is no machine code."""
        self._ensure_finalized()
        return 0

    def _get_module_for_linking(self) -> Any:
        return self._final_module


class _EntryLibrary(JITCodeLibrary):  # type: ignore[misc]
    """An entry with copies of its own of all that it calls."""

    def finalize(self) -> None:
        """Link, optimise and make machine code."""
        functions = self._final_module.functions
        ours = {function.name for function in functions if not function.is_declaration}
        for library in _below(self, {}):
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        for function in self._final_module.functions:
            if not function.is_declaration and function.name not in ours:
                function.linkage = Linkage.private
        self._linking_libraries = []
        super().finalize()


def _below(library: Any, found: dict[Any, None]) -> dict[Any, None]:
    """Return the libraries that a library calls, once each, in a fixed order."""
    for other in library._linking_libraries:
        if other not in found:
            found[other] = None
            if isinstance(other, _KernelLibrary):
                _below(other, found)
    return found


class _Compiler(Compiler):  # type: ignore[misc]
    library: type

    def compile_extra(self, func: Any) -> Any:
        self.state.library = self.library(self.state.targetctx.codegen(), func.__qualname__)
        self.state.library.enable_object_caching()
        return super().compile_extra(func)


class KernelCompiler(_Compiler):
    """Compiles kernels."""

    library = _KernelLibrary


class EntryCompiler(_Compiler):
    """Compiles entries."""

    library = _EntryLibrary

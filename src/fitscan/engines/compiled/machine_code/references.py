"""NamedTuples in compiled code by reference: as one pointer to a table of addresses and shapes.

numba takes a NamedTuple of arrays apart and gives each number of it to every function as an
argument of its own: hundreds of them, which takes longer to compile than all else. A reference is
one pointer, and a field is read where it is used. Both are written ``buffers.here.rates``, in
kernels and in Python.

The table has a word of 64 bits for an integer, one for the address of an array and one for each of
its dimensions; the table of a NamedTuple within it stands in its place.
"""

from collections.abc import Iterator
from typing import Any, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba.core.datamodel import register_default
from numba.core.datamodel.models import PrimitiveModel
from numba.core.imputils import lower_cast, lower_getattr_generic
from numba.core.pythonapi import NativeValue, unbox
from numba.core.typeconv import Conversion
from numba.core.types.abstract import Type
from numba.core.types.containers import NamedTuple, NamedUniTuple
from numba.core.types.misc import unliteral
from numba.core.types.npytypes import Array
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.core.typing.typeof import typeof
from numba.np import arrayobj

__all__ = ["by_reference"]

T = TypeVar("T", bound=tuple[Any, ...])

_WORD = ir.IntType(64)
_TUPLES = (NamedTuple, NamedUniTuple)


def by_reference(value: T) -> T:
    """Return what compiled code takes as a reference to a NamedTuple; its fields read as before.

    Args:
        value: A NamedTuple of arrays in C order, integers, and further such NamedTuples. Its arrays
            are known by their addresses: they are not to be resized.

    Raises:
        TypeError: A field is something else.
    """
    return cast("T", _Reference(value))


class _Reference:
    """A NamedTuple and its table."""

    def __init__(self, value: tuple[Any, ...]) -> None:
        self.value: Any = value
        self._table = np.array(list(_words(value)), dtype=np.int64)
        self._numba_type_ = _type_of(value)
        self.address = int(self._table.ctypes.data)

    def __getattr__(self, name: str) -> Any:
        """Return a field."""
        return getattr(self.value, name)


_known: dict[Any, "_ReferenceType"] = {}


def _type_of(value: tuple[Any, ...]) -> "_ReferenceType":
    """Return numba's type of a reference, which takes a millisecond to find and is kept."""
    form = _form(value)
    if form not in _known:
        _known[form] = _ReferenceType(typeof(value))
    return _known[form]


def _form(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what decides the type of a NamedTuple: its class, and kinds of its fields."""
    fields = [
        _form(field) if isinstance(field, tuple) else (getattr(field, "dtype", int), np.ndim(field))
        for field in value
    ]
    return type(value), *fields


def _words(value: tuple[Any, ...]) -> Iterator[int]:
    """Return the words of the table."""
    for field in value:
        if isinstance(field, tuple):
            yield from _words(field)
        elif isinstance(field, np.ndarray) and field.flags.c_contiguous:
            yield field.ctypes.data
            yield from field.shape
        elif isinstance(field, int | np.int64) and not isinstance(field, bool):
            yield int(field)
        else:
            raise TypeError(f"not an array in C order, an integer or a NamedTuple: {field!r}")


def _size(field: Any) -> int:
    """Return how many words a field has."""
    if isinstance(field, _TUPLES):
        return sum(map(_size, field.types))
    return 1 + field.ndim if isinstance(field, Array) else 1


class _ReferenceType(Type):
    """The type of a reference; it can be made into the NamedTuple itself."""

    def __init__(self, target: Any) -> None:
        self.target = target
        fields = ", ".join(map(str, target.types))
        super().__init__(f"Reference({target.instance_class.__name__}: {fields})")

    def can_convert_to(self, _: Any, other: Any) -> Any:
        return Conversion.safe if other == self.target else None


@register_default(_ReferenceType)
class _ReferenceModel(PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, reference: _ReferenceType) -> None:
        super().__init__(manager, reference, _WORD.as_pointer())


@unbox(_ReferenceType)  # type: ignore[untyped-decorator]
def _unbox_reference(_: _ReferenceType, reference: Any, c: Any) -> Any:
    """Take the address of the table from a ``_Reference``."""
    address = c.pyapi.object_getattr_string(reference, "address")
    word = c.pyapi.long_as_longlong(address)
    c.pyapi.decref(address)
    return NativeValue(c.builder.inttoptr(word, _WORD.as_pointer()))


@infer_getattr
class _Fields(AttributeTemplate):  # type: ignore[misc]
    key = _ReferenceType

    def generic_resolve(self, reference: _ReferenceType, name: str) -> Any:
        fields = reference.target.fields
        if name not in fields:
            return None
        field = unliteral(reference.target.types[fields.index(name)])
        return _ReferenceType(field) if isinstance(field, _TUPLES) else field


@lower_getattr_generic(_ReferenceType)  # type: ignore[untyped-decorator]
def _get_field(context: Any, builder: Any, reference: Any, table: Any, name: str) -> Any:
    """Make the code that reads a field."""
    number = reference.target.fields.index(name)
    field = reference.target.types[number]
    first = sum(map(_size, reference.target.types[:number]))
    if isinstance(field, _TUPLES):
        return _place(builder, table, first)
    if not isinstance(field, Array):
        return _load(builder, table, first)
    item = context.get_data_type(field.dtype)
    size = context.get_abi_sizeof(item)
    shape = [_load(builder, table, first + 1 + axis) for axis in range(field.ndim)]
    strides = [_WORD(size)]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length, flags=["nsw"]))
    array = arrayobj.make_array(field)(context, builder)
    arrayobj.populate_array(
        array,
        data=builder.inttoptr(_load(builder, table, first), item.as_pointer()),
        shape=shape,
        strides=strides,
        itemsize=size,
        meminfo=None,
    )
    return array._getvalue()


@lower_cast(_ReferenceType, NamedTuple)  # type: ignore[untyped-decorator]
@lower_cast(_ReferenceType, NamedUniTuple)  # type: ignore[untyped-decorator]
def _take_apart(context: Any, builder: Any, reference: Any, target: Any, table: Any) -> Any:
    """Make the NamedTuple itself, as where it may be this one or another."""
    fields = []
    for name, field in zip(target.fields, target.types, strict=True):
        value = _get_field(context, builder, reference, table, name)
        inner = isinstance(field, _TUPLES)
        fields.append(
            _take_apart(context, builder, _ReferenceType(field), field, value) if inner else value
        )
    return context.make_tuple(builder, target, fields)


def _place(builder: Any, table: Any, word: int) -> Any:
    return builder.gep(table, [ir.IntType(32)(word)], inbounds=True)


def _load(builder: Any, table: Any, word: int) -> Any:
    value = builder.load(_place(builder, table, word))
    # Tables never change: after a number was written to an array they need not be read again.
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value

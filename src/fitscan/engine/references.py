"""NamedTuples in compiled code: by reference, a table of words with the address and the shape of each array."""

import numpy as np
from numba.core import types, cgutils
from numba.core.typeconv import Conversion
from numba.core.datamodel import models, register_default
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.core.typing.typeof import typeof
from numba.core.imputils import lower_getattr_generic, lower_cast
from numba.core.pythonapi import unbox, NativeValue
from numba.np import arrayobj
from llvmlite import ir

WORD = ir.IntType(64)
NAMED = (types.NamedTuple, types.NamedUniTuple)


class Ref(types.Type):
    """A NamedTuple of arrays, integers and further such tuples."""

    def __init__(self, target):
        self.target = target
        super().__init__(
            f"Ref({target.instance_class.__name__}:{','.join(map(str, target.types))})"
        )

    def can_convert_from(self, typingctx, other):
        if other == self.target:
            return Conversion.safe


@register_default(Ref)
class RefModel(models.PrimitiveModel):
    def __init__(self, dmm, fe_type):
        super().__init__(dmm, fe_type, WORD.as_pointer())


class Reference:
    """Arrays made in Python, as kernels take them."""

    def __init__(self, value):
        self.value = value
        self._numba_type_ = Ref(typeof(value))
        self._words = np.array(list(_words(value)), dtype=np.int64)
        self.address = self._words.ctypes.data


def _words(value):
    for field in value:
        if isinstance(field, tuple):
            yield from _words(field)
        elif isinstance(field, np.ndarray):
            yield field.ctypes.data
            yield from field.shape
        else:
            yield int(field)


@unbox(Ref)
def unbox_ref(typ, obj, c):
    address = c.pyapi.object_getattr_string(obj, "address")
    value = c.pyapi.long_as_longlong(address)
    c.pyapi.decref(address)
    return NativeValue(c.builder.inttoptr(value, WORD.as_pointer()))


@infer_getattr
class RefAttributes(AttributeTemplate):
    key = Ref

    def generic_resolve(self, ref, name):
        if name in ref.target.fields:
            return by_reference(ref.target.types[ref.target.fields.index(name)])


def size(field):
    if isinstance(field, NAMED):
        return sum(map(size, field.types))
    return 1 + field.ndim if isinstance(field, types.Array) else 1


@lower_getattr_generic(Ref)
def get_field(context, builder, ref, words, name):
    index = ref.target.fields.index(name)
    field = ref.target.types[index]
    first = sum(map(size, ref.target.types[:index]))

    def word(k):
        value = builder.load(builder.gep(words, [ir.IntType(32)(first + k)], inbounds=True))
        value.set_metadata("invariant.load", builder.module.add_metadata([]))
        return value

    if isinstance(field, NAMED):
        return builder.gep(words, [ir.IntType(32)(first)], inbounds=True)
    if not isinstance(field, types.Array):
        return word(0)
    data = builder.inttoptr(word(0), context.get_data_type(field.dtype).as_pointer())
    shape = [word(1 + d) for d in range(field.ndim)]
    itemsize = context.get_abi_sizeof(context.get_data_type(field.dtype))
    strides = [WORD(itemsize)]
    for d in range(field.ndim - 1, 0, -1):
        strides.insert(0, builder.mul(strides[0], shape[d], flags=["nsw"]))
    array = arrayobj.make_array(field)(context, builder)
    arrayobj.populate_array(
        array, data=data, shape=shape, strides=strides, itemsize=itemsize, meminfo=None
    )
    return array._getvalue()


@lower_cast(types.NamedTuple, Ref)
@lower_cast(types.NamedUniTuple, Ref)
def to_ref(context, builder, fromty, toty, value):
    words = cgutils.alloca_once(builder, WORD, size=size(fromty))
    place = 0
    for k, field in enumerate(fromty.types):
        item = builder.extract_value(value, k)
        if isinstance(field, types.Array):
            array = arrayobj.make_array(field)(context, builder, item)
            parts = [
                builder.ptrtoint(array.data, WORD),
                *cgutils.unpack_tuple(builder, array.shape, field.ndim),
            ]
        else:
            parts = [item]
        for part in parts:
            builder.store(part, builder.gep(words, [ir.IntType(32)(place)], inbounds=True))
            place += 1
    return words


def by_reference(ty):
    ty = types.unliteral(ty)
    return Ref(ty) if isinstance(ty, NAMED) else ty

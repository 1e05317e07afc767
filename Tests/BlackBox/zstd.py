"""Frames of zstd, made by the library that the server reads them with."""

import ctypes
import ctypes.util

CHECKSUM = 201  # ZSTD_c_checksumFlag


def frame(data):
    """One frame, without the size of its content and with a checksum, as Databento's are."""
    library = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    for name, result in (("ZSTD_compressBound", ctypes.c_size_t), ("ZSTD_createCCtx", ctypes.c_void_p),
                         ("ZSTD_compress2", ctypes.c_size_t)):
        getattr(library, name).restype = result
    context = ctypes.c_void_p(library.ZSTD_createCCtx())
    library.ZSTD_CCtx_setParameter(context, 200, 0)  # ZSTD_c_contentSizeFlag
    library.ZSTD_CCtx_setParameter(context, CHECKSUM, 1)
    size = library.ZSTD_compressBound(ctypes.c_size_t(len(data)))
    packed = ctypes.create_string_buffer(size)
    written = library.ZSTD_compress2(context, packed, ctypes.c_size_t(size), data, ctypes.c_size_t(len(data)))
    library.ZSTD_freeCCtx(context)
    assert written <= size, "the library does not compress"
    return packed.raw[:written]

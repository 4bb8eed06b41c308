"""Defines write(path, version, part, userblock), which writes an HDF5 file with one kind of content.

With arguments: FOLDER VERSION PART..., writes FOLDER/VERSION PART.h5 for each part."""
import ctypes, itertools, os, sys, h5py, numpy as np
from h5py import h5d, h5f, h5p, h5s, h5t, h5z

def bounds(version): return (version, version) if version in ('v108', 'v110') else version
def numbers(shape, seed=0): return np.random.default_rng(seed).integers(-5, 100, shape)
def low(f, name, data, dcpl, dtype=None, maxshape=None):
    space = h5s.create_simple(data.shape, maxshape)
    kind = dtype or h5t.py_create(data.dtype)
    d = h5d.create(f.id, name.encode(), kind, space, dcpl)
    d.write(h5s.ALL, h5s.ALL, np.ascontiguousarray(data), mtype=kind if dtype else None)
    return h5py.Dataset(d)

FILTERS = {
    'none': [], 'gzip': ['deflate'], 'shuffle': ['shuffle'], 'fletcher': ['fletcher'], 'lzf': ['lzf'], 'gz2': ['shuffle', 'deflate'],
    'all': ['shuffle', 'deflate', 'fletcher'], 'lzfall': ['shuffle', 'lzf', 'fletcher'], 'sumfirst': ['fletcher', 'deflate'],
    'twice': ['lzf', 'deflate', 'fletcher'], 'thrice': ['deflate', 'shuffle', 'lzf', 'deflate'],
}
def plist(chunks, names, size=4):
    p = h5p.create(h5p.DATASET_CREATE)
    if chunks: p.set_chunk(chunks)
    for n in names:
        if n == 'deflate': p.set_deflate(4)
        if n == 'shuffle': p.set_shuffle()
        if n == 'fletcher': p.set_fletcher32()
        if n == 'lzf': p.set_filter(h5z.FILTER_LZF, h5z.FLAG_OPTIONAL, ())
    return p

def layouts(f, version):
    U = h5s.UNLIMITED
    cases = [((100,), (7,), None), ((37, 5), (6, 2), None), ((7, 4, 6), (2, 4, 5), None), ((40,), (40,), None), ((3, 4), (5, 9), (9, 9)),
             ((50,), (3,), (U,)), ((20, 9), (3, 4), (U, 9)), ((9, 20), (4, 3), (12, U)), ((10, 11), (3, 4), (U, U)), ((5, 6), (2, 6), (8, 12)),
             ((4, 3, 5), (1, 2, 2), (U, 4, U)), ((4, 3, 5), (3, 1, 2), (6, U, 7))]
    for (i, (shape, chunks, most)), (name, filters) in itertools.product(enumerate(cases), FILTERS.items()):
        low(f, f'chunked {i} {name}', numbers(shape, i).astype('i4'), plist(chunks, filters), None, most)
    low(f, 'contiguous', numbers((9, 4)).astype('f8'), plist(None, []))
    p = plist(None, []); p.set_layout(h5d.COMPACT); low(f, 'compact', numbers((9, 4)).astype('i2'), p)
    p = plist(None, []); p.set_layout(h5d.COMPACT); low(f, 'compact big', numbers((9, 4)).astype('>i2'), p)
    p = plist((3, 2), []); p.set_alloc_time(h5d.ALLOC_TIME_EARLY); low(f, 'implicit', numbers((10, 5)).astype('u2'), p)
    p = plist((3, 2), []); p.set_alloc_time(h5d.ALLOC_TIME_EARLY); low(f, 'implicit larger', numbers((4, 5)).astype('u2'), p, None, (11, 7))
    library = ctypes.CDLL('libhdf5_serial.so.103')
    for name, most in () if version == 'v108' else (('fixed', None), ('growing', (U, 9)), ('tree', (U, U))):
        p = plist((4, 4), ['shuffle', 'deflate'])
        assert library.H5Pset_chunk_opts(ctypes.c_int64(p.id), ctypes.c_uint(2)) >= 0
        low(f, f'plain edges {name}', numbers((10, 9)).astype('i4'), p, None, most)
    d = f.create_dataset('skipped filters', (4, 4), 'u1', chunks=(2, 4), compression='gzip', shuffle=True)
    d.id.write_direct_chunk((0, 0), bytes(range(8)), 3)
    d[2:] = 7

def kinds(f, version):
    p = plist(None, [])
    for t in ('i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8', 'c8', 'c16'):
        for o in '<>':
            data = numbers((6, 3)).astype(o + t)
            f[f'{o}{t}'] = data
            f.create_dataset(f'{o}{t} chunked', data=data, chunks=(4, 2), compression='gzip', shuffle=True, fillvalue=None if t[0] == 'c' else 3)
            f.attrs[f'{o}{t}'] = data[0]
    f['nan'] = np.array([np.nan, -np.inf, np.inf, -0.0, 5e-324])
    f['bool'] = np.array([True, False, True]); f.attrs['bool'] = True
    f['enum'] = np.array([1, 2, 1], dtype=h5py.enum_dtype({'RED': 1, 'GREEN ż': 2}, 'i2'))
    f['enum big'] = np.array([1, 2, 1], dtype=h5py.enum_dtype({'A': 1, 'B': 300}, '>i4'))
    f['opaque'] = np.array([b'abc', b'\0\1\2'], dtype='V3'); f['time'] = np.array([1, 2], 'M8[s]').astype(h5py.opaque_dtype('M8[s]'))
    f['array'] = np.zeros(2, [('a', '>f4', (2, 3))])['a'][0]
    f.create_dataset('arrays', data=numbers((4, 2, 3)).astype('>i2'))
    d = f.create_dataset('array type', (3,), np.dtype(('>i2', (2, 3)))); d[...] = numbers((3, 2, 3))
    nested = np.dtype({'names': ['a', 'b', 'c'], 'formats': ['>i4', [('x', 'f8'), ('y', '>u2', (2,))], 'S3'], 'offsets': [1, 8, 30], 'itemsize': 40})
    data = np.zeros(5, nested); data['a'] = range(5); data['b']['x'] = 1.5; data['b']['y'] = 258; data['c'] = b'xy'
    f['compound'] = data; f.attrs['compound'] = data[1]
    f.create_dataset('compound chunked', data=data, chunks=(2,), compression='gzip')
    many = np.dtype([(f'column {i}', '>f4' if i % 2 else 'i1') for i in range(300)])
    f['wide'] = np.ones(3, many)
    f['S5'] = np.array([b'abc', b'', b'abcde']); f.attrs['S5'] = np.array([b'abc', b'', b'abcde'])
    f['utf8'] = np.array(['zażółć'.encode()] * 2, dtype=h5py.string_dtype('utf-8', 16))
    s = h5t.C_S1.copy(); s.set_size(6); s.set_strpad(h5t.STR_SPACEPAD)
    d = h5d.create(f.id, b'spaces', s, h5s.create_simple((3,)), p); d.write(h5s.ALL, h5s.ALL, np.array([b'ab', b'', b'abcdef'], 'S6'))
    s = h5t.C_S1.copy(); s.set_size(6)
    d = h5d.create(f.id, b'terminated', s, h5s.create_simple((3,)), p); d.write(h5s.ALL, h5s.ALL, np.array([b'ab', b'', b'abcde'], 'S6'))
    f['text'] = ['a', '', 'zażółć \U0001F600', 'x' * 5000] * 3; f['texts'] = np.array([['a', 'bc'], ['', 'd']], dtype=object)
    f.create_dataset('ascii', data=[b'a', b'bc'], dtype=h5py.string_dtype('ascii')); f.attrs['text'] = 'zażółć'; f['one text'] = 'alone'
    f.create_dataset('text chunked', data=['a', 'bc', ''] * 20, dtype=h5py.string_dtype(), chunks=(7,), maxshape=(None,), compression='gzip')
    for t in ('i4', '>f8'):
        d = f.create_dataset(f'sequences {t}', (4,), h5py.vlen_dtype(np.dtype(t))); d[0] = [1, 2, 3]; d[2] = range(1000)
    f.create_dataset('unwritten text', (3,), h5py.string_dtype())
    f['record with text'] = np.array([(1, 'a')], dtype=[('i', 'i4'), ('t', h5py.string_dtype())])
    f['reference'] = np.array([f.ref, f['bool'].ref], dtype=h5py.ref_dtype); f.attrs['region'] = f['<i4'].regionref[1:3]
    for name, t in (('bits', h5t.STD_B16BE), ('bits 8', h5t.STD_B8LE)):
        h5d.create(f.id, name.encode(), t, h5s.create_simple((4,)), p).write(h5s.ALL, h5s.ALL, np.arange(4 * t.get_size(), dtype='u1'), mtype=t)
    odd = h5t.STD_I32BE.copy(); odd.set_size(3)
    h5d.create(f.id, b'three bytes', odd, h5s.create_simple((4,)), p).write(h5s.ALL, h5s.ALL, np.arange(12, dtype='u1'), mtype=odd)
    odd = h5t.STD_I32LE.copy(); odd.set_precision(12)
    h5d.create(f.id, b'twelve bits', odd, h5s.create_simple((4,)), p)
    f['long double'] = np.ones(2, 'longdouble')
    half = h5t.IEEE_F32LE.copy(); half.set_fields(15, 7, 8, 0, 7); half.set_precision(16); half.set_size(2); h5d.create(f.id, b'bfloat16', half, h5s.create_simple((4,)), p)
    h5d.create(f.id, b'unix time', h5t.UNIX_D32LE, h5s.create_simple((4,)), p)

def spaces(f, version):
    f['scalar'] = 1.5; f['null'] = h5py.Empty('f4'); f.attrs['null'] = h5py.Empty('S5'); f.attrs['none'] = np.zeros((0, 2), 'i4')
    for i, (shape, chunks) in enumerate((((0,), None), ((0, 3), None), ((4, 0), None), ((0, 3), (2, 2)))):
        f.create_dataset(f'empty {i}', shape, 'i4', chunks=chunks, maxshape=(None,) * len(shape) if chunks else None)
    f.create_dataset('unwritten', (5, 2), 'i4', fillvalue=-7); f.create_dataset('unwritten zero', (5, 2), '>f8')
    f.create_dataset('unwritten big', (5, 2), '>f8', fillvalue=2.5, chunks=(2, 2))
    for i, most in enumerate((None, (None, 9), (30, None), (None, None))):
        for filter in (None, 'gzip'):
            d = f.create_dataset(f'holes {i} {filter}', (11, 9), '>i4', fillvalue=9, chunks=(2, 4), maxshape=most, compression=filter)
            d[3:5, 2:7] = 1; d[10, 8] = 2
            if most:
                d.resize((23, 9)); d[22] = 4; d.resize((6, 9)); d.resize((9, 9) if most[1] is None or most[1] == 9 else (9, 8))
    d = f.create_dataset('grown', (3,), 'i2', chunks=(4,), maxshape=(None,)); d[:] = 1; d.resize((50,)); d[40:] = 2
    fill = np.array([(4, 2.5)], [('a', '>i2'), ('b', 'f8')])
    f.create_dataset('compound holes', (5,), fill.dtype, chunks=(2,), fillvalue=fill[0])[3] = (1, 1)

def many(f, version):
    for i, most in enumerate((None, (None,), (None, 3), (None, None))):
        shape = (3000,) if i < 2 else (1500, 3)
        for filter in (None, 'gzip'):
            d = f.create_dataset(f'many {i} {filter}', shape, 'u1', chunks=(1,) * len(shape), maxshape=most, compression=filter, fillvalue=5)
            d[10:30] = 1; d[900:1100] = 2; d[-3:] = 3
    for most in (None, (None,)):
        d = f.create_dataset(f'paged {most}', (300000,), 'u1', chunks=(1,), maxshape=most)
        for at in (0, 3, 4, 19, 20, 1023, 1024, 2500, 131058, 131060, 133000, 262150, 299999): d[at] = at % 251 + 1
    d = f.create_dataset('full tree', (1500, 3), 'i4', chunks=(1, 1), maxshape=(None, None), compression='gzip'); d[...] = numbers((1500, 3))

def links(f, version):
    for name in ('zażółć', '\U0001F600', '\uFFFD first', 'with space', 'back\\slash', '.hidden', 'a' * 300): f[name] = 1
    f.create_group('łąka/inner')['x'] = 2
    f['raw'] = 1; f.id.links.move(b'raw', f.id, b'latin \xe9\xff')
    for count in (8, 9, 200, 5000 if version != 'v108' else 700):
        g = f.create_group(f'group {count}')
        for i in range(count): g[f'link {i}'] = h5py.SoftLink(f'/target {i}') if i % 3 else h5py.ExternalLink(f'file{i}.h5', f'/x{i}')
        g['object'] = 5
    g = f.create_group('ordered', track_order=True)
    for i in range(40): g[f'{i * 7 % 40}'] = i; g.attrs[f'{i * 7 % 40}'] = i
    for i in range(200): f['group 8'].attrs[f'attribute {i} ż'] = i if i % 2 else 'text ' * i
    f['deep/' + '/'.join(map(str, range(60)))] = 1
    f['self'] = f['/']; f['deep/0/back'] = f['deep']; f['twice'] = f['group 9']; f['also'] = f['with space']
    f['soft'] = h5py.SoftLink('deep/0/1'); f['chain'] = h5py.SoftLink('soft'); f['loop'] = h5py.SoftLink('/loop'); f['dangling'] = h5py.SoftLink('/nowhere')
    f['to object'] = h5py.SoftLink('/deep/../with space'); f['relative'] = h5py.SoftLink('./group 8/object')
    f['outside'] = h5py.ExternalLink('other.h5', '/x')
    f['kind'] = np.dtype([('a', '>i4'), ('b', 'S3')]); f['kind'].attrs['note'] = 'shared'
    f.create_dataset('of kind', (2,), f['kind'])[0] = (1, b'x'); f.attrs.create('of kind', np.zeros(2, f['kind'].dtype), dtype=f['kind'])
    if version not in ('earliest', 'v108'): f['group 9'].attrs['huge'] = np.arange(20000.)
    elif version == 'v108': f['group 9'].attrs['huge'] = np.arange(20000.)
    f['group 9'].attrs['large'] = np.arange(7000.)
    f.create_dataset('external', (4,), 'i8', external=[('outside.raw', 0, 32)])
    layout = h5py.VirtualLayout((4,), 'i4'); layout[:2] = h5py.VirtualSource('other.h5', 'x', (2,))
    if version not in ('earliest', 'v108'): f.create_virtual_dataset('virtual', layout)

def small(f, version):
    U = h5s.UNLIMITED
    for i, (shape, chunks, most) in enumerate((((20, 3), (3, 2), None), ((4, 3), (4, 3), None), ((30,), (1,), (U,)), ((6, 5), (2, 2), (U, U)))):
        low(f, f'chunked {i}', numbers(shape, i).astype('>i4'), plist(chunks, ['shuffle', 'deflate'] if i % 2 else ['fletcher']), None, most)
        low(f, f'plain {i}', numbers(shape, i).astype('f8'), plist(chunks, []), None, most)
    p = plist(None, []); p.set_layout(h5d.COMPACT); low(f, 'compact', numbers((3, 4)).astype('i2'), p)
    f['contiguous'] = numbers((5, 2)); f['text'] = ['a', 'bc', 'żółw']; f['fixed'] = np.array([b'ab', b'c'])
    f['compound'] = np.zeros(3, [('a', '>i4'), ('b', [('x', 'f8'), ('y', 'S3')]), ('c', 'i2', (2, 2))])
    f['enum'] = np.array([1, 2], dtype=h5py.enum_dtype({'A': 1, 'B': 2})); f['sequence'] = np.array([[1, 2], [3, 4]], dtype='i4')
    f.create_dataset('holes', (9, 4), 'i2', chunks=(2, 2), fillvalue=4)[3] = 1
    f['kind'] = np.dtype('>f4'); f.create_dataset('of kind', (2,), f['kind'])
    g = f.create_group('group/inner'); f['again'] = g; g['up'] = f['group']; f['soft'] = h5py.SoftLink('/group/inner'); f['far'] = h5py.ExternalLink('x', 'y')
    for i in range(20): g[f'link {i}'] = h5py.SoftLink(f'target {i}'); f['text'].attrs[f'attribute {i}'] = i; f.attrs[f'text {i % 3}'] = 'x' * i

def checked(f, version):
    U = h5s.UNLIMITED
    for i, (shape, chunks, most) in enumerate((((20, 3), (3, 2), None), ((4, 3), (4, 3), None), ((30,), (1,), (U,)), ((6, 5), (2, 2), (U, U)))):
        for name in ('fletcher', 'all', 'lzfall'):
            low(f, f'{name} {i}', numbers(shape, i).astype('>i4'), plist(chunks, FILTERS[name]), None, most)
    p = plist(None, []); p.set_layout(h5d.COMPACT); low(f, 'compact', numbers((3, 4)).astype('i2'), p)
    g = f.create_group('group')
    for i in range(20): g[f'link {i}'] = h5py.SoftLink(f'target {i}'); g.attrs[f'attribute {i}'] = i; f.attrs[f'{i % 3}'] = i

def write(path, version, part, userblock):
    with h5py.File(path, 'w', libver=bounds(version), userblock_size=userblock) as f:
        {'layouts': layouts, 'kinds': kinds, 'spaces': spaces, 'many': many, 'links': links, 'small': small, 'checked': checked}[part](f, version)

if __name__ == '__main__' and len(sys.argv) > 3:
    os.chdir(sys.argv[1])
    open('outside.raw', 'wb').write(bytes(range(32)))
    for i, part in enumerate(sys.argv[3:]):
        write(f'{sys.argv[2]} {part}.h5', sys.argv[2], part, (0, 512, 4096)[i % 3])

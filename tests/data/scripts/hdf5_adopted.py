"""Compares an adopted archive, as ArchiveDump.cs writes it, with the files as h5py reads them. Pieces are decoded here, with zlib and numpy."""
import json, sys, zlib
import h5py, numpy as np

FLETCHER32, BIG_ENDIAN = 8, 16


def lzf(data, size):
    """M. Lehmann's LibLZF: literal runs below 32, otherwise back references."""
    out, i = bytearray(), 0
    while i < len(data):
        control = data[i]; i += 1
        if control < 32:
            out += data[i:i + control + 1]; i += control + 1
            continue
        length = control >> 5
        if length == 7:
            length += data[i]; i += 1
        offset = ((control & 31) << 8) + data[i] + 1; i += 1
        for _ in range(length + 2):
            out.append(out[-offset])
    assert len(out) == size, (len(out), size)
    return bytes(out)


TABLE = list(range(256))
for _ in range(8):
    TABLE = [(crc >> 1) ^ (0x82F63B78 if crc & 1 else 0) for crc in TABLE]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def piece(files, number, offset, size, codec, crc, dtype, count):
    with open(files[number], 'rb') as f:
        f.seek(offset)
        data = f.read(size)
    assert len(data) == size
    if crc is not None:
        assert crc32c(data) == crc
    if codec & FLETCHER32:
        data = data[:-4]
    base, raw = codec & 7, count * dtype.itemsize
    if base in (1, 2):
        data = zlib.decompress(data)
    elif base in (4, 5):
        data = lzf(data, raw)
    if base in (1, 3, 5):
        data = np.frombuffer(data, 'u1').reshape(dtype.itemsize, -1).T.tobytes()
    assert len(data) == raw, (len(data), raw)
    return np.frombuffer(data, dtype.newbyteorder('>' if codec & BIG_ENDIAN else '<'))


def reference(files, value, dtype):
    shape = value['shape']
    if not value['pieces']:
        assert 0 in shape
        return np.zeros(shape, dtype)
    if value['chunk'] is None:
        (only,) = value['pieces']
        return piece(files, value['file'], *only, dtype, int(np.prod(shape, dtype=int))).reshape(shape)
    chunk = value['chunk']
    per_row = int(np.prod(chunk[1:], dtype=int))
    row, rest = divmod(value['first'], per_row)
    assert rest == 0
    counts = [-(-n // c) for n, c in zip(shape, chunk[1:])]
    assert len(value['pieces']) == np.prod(counts, dtype=int)
    out = np.zeros([n * c for n, c in zip(counts, chunk[1:])], dtype)
    for at, one in zip(np.ndindex(*counts), value['pieces']):
        block = piece(files, value['file'], *one, dtype, chunk[0] * per_row).reshape(chunk)[row]
        out[tuple(slice(a * c, (a + 1) * c) for a, c in zip(at, chunk[1:]))] = block
    return out[tuple(slice(0, n) for n in shape)]


def decode(files, column, value):
    if isinstance(value, dict):
        return reference(files, value, np.dtype(column['dtype']))
    if column['dtype'] == 'string':
        return value if column['shape'] else value[0]
    return np.frombuffer(bytes.fromhex(value), column['dtype']).reshape(column['shape'] if -1 not in column['shape'] else -1)


def plain(expected):
    """The value as Pile has it: texts without padding, booleans and numbers little-endian."""
    if isinstance(expected, bytes):
        return text(expected)
    if isinstance(expected, str):
        return expected.split('\0')[0]
    array = np.asarray(expected)
    if array.dtype.kind in 'SO' and array.dtype.kind == 'S' or (array.dtype.kind == 'O' and array.size and isinstance(array.flat[0], (bytes, str))):
        return [plain(x) for x in array.flat]
    return array


def text(data):
    data = data.split(b'\0')[0]
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode('latin-1')


def same(found, expected, place):
    expected = plain(expected)
    if isinstance(expected, (str, list)):
        assert found == expected, (place, found, expected)
        return
    assert found.shape == expected.shape, (place, found.shape, expected.shape)
    assert np.array_equal(np.asarray(found, expected.dtype.newbyteorder('<')) if found.dtype.kind != 'b' else found,
                          expected, equal_nan=expected.dtype.kind == 'f'), (place, found, expected)


def lookup(group, name, row):
    """Returns the value of a column of a group: of a row, or the whole dataset if row is None."""
    node, parts = group, name.split('.')
    names = [name] + [name.replace('_', '/', 1)]
    for candidate in names if isinstance(group, h5py.Group) else []:
        if candidate in group and isinstance(group[candidate], h5py.Dataset):
            data = group[candidate]
            return data[()] if row is None else data[row]
    while parts and isinstance(node, h5py.Group) and parts[0] in node:
        node = node[parts.pop(0)]
    if not isinstance(node, h5py.Dataset):
        if name in group.attrs:
            return group.attrs[name]
        raise KeyError(name)
    value = node[()] if row is None else node[row]
    for part in parts:
        value = value[part]
    return value


def check(dump, place_of):
    """Compares all columns of all rows. place_of(file, row) returns the h5py group and the row, None for objects."""
    files = dump['local']
    count = pieces = 0
    opened = [h5py.File(path, 'r') for path in files]
    for row in dump['rows']:
        group, at, names = place_of(opened[row['file']], row)
        for name, value in row['values'].items():
            column = dump['columns'][name]
            if name in ('object_id', 'ra', 'dec'):
                continue
            source = names.get(name, column['source'])
            if value is None:
                assert name in dump.get('nulls', []), name
                continue
            found = decode(files, column, value)
            same(found, lookup(group, source, at), (name, row['row']))
            count += 1
            pieces += len(value['pieces']) if isinstance(value, dict) else 0
    return count, pieces

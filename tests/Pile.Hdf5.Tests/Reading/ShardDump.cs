using System.Security.Cryptography;
using System.Text;
using Pile.Format;

namespace Pile.Hdf5.Tests.Reading;

/// <summary>The contents of a shard as text, as read by Pile and by h5py.</summary>
internal static class ShardDump
{
    /// <summary>Defines <c>dump(path)</c>, which is equivalent to <see cref="Of"/>.</summary>
    private const string Define = """
        import hashlib, struct, h5py, numpy as np

        def cell(x):
            if isinstance(x, (str, bytes)): return 't' + (x.encode() if isinstance(x, str) else x).hex()
            if isinstance(x, (bool, np.bool_)): return 'b' + str(int(x))
            if isinstance(x, np.floating): return 'f' + struct.pack('<d', x).hex()
            return 'i' + str(int(x))

        def attributes(owner):
            for name in sorted(owner.attrs, key=str.encode):
                v = owner.attrs[name]
                values = np.asarray(v, dtype=object).ravel() if not isinstance(v, np.ndarray) else v.ravel()
                yield f'  @{name} [{",".join(map(str, np.shape(v)))}] ' + ' '.join(cell(x) for x in values)

        def kind(d):
            if d.dtype.kind == 'b': return 'bool'
            return f'string{d.dtype.itemsize}' if d.dtype.kind == 'S' else d.dtype.name

        def dump(path):
            with h5py.File(path, 'r') as f:
                yield from attributes(f)
                for name in sorted(f, key=str.encode):
                    d = f[name]
                    plain = d.compression is None and not d.shuffle
                    values = hashlib.sha256(d[()].tobytes()).hexdigest() if plain else "filtered"
                    yield f'{name} {kind(d)} [{",".join(map(str, d.shape))}] [{",".join(map(str, d.chunks or ()))}] {values}'
                    for i in range(d.id.get_num_chunks() if d.chunks and 0 not in d.shape and d.id.get_num_chunks() <= 500 else 0):
                        c = d.id.get_chunk_info(i)
                        assert c.filter_mask == 0
                        yield f'  {c.byte_offset} {c.size}'
                    yield from attributes(d)

        """;

    /// <summary>Returns what h5py reads.</summary>
    /// <returns>The text for each file; null if libhdf5 reports an error, crashes or does not end.</returns>
    internal static string?[] ByH5py(params string[] paths) => [.. H5pyDump.Of(Define, paths).Select(text =>
        text.StartsWith(H5pyDump.Error, StringComparison.Ordinal) ? null : text)];

    /// <summary>Returns what Pile reads.</summary>
    /// <exception cref="Hdf5Exception">The file is rejected.</exception>
    internal static string Of(string path)
    {
        StringBuilder text = new();
        using Hdf5File file = Hdf5File.Open(path);
        Append(text, file.Attributes);
        foreach (string name in file.Names.OrderBy(n => n,
            Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)))))
        {
            Hdf5Dataset d = file.OpenDataset(name);
            Hdf5Piece[] pieces = d.IsContiguous ? [] : d.ReadChunkIndex().ByRow();
            string values = d.Codec is PieceCodec.None
                ? Convert.ToHexStringLower(SHA256.HashData(d.IsContiguous ? Rows(d) : Chunks(path, pieces))) : "filtered";
            text.Append($"{name} {(d.DType is DType.String ? $"string{d.Type.StoredBytes}" : d.DType.Name())} "
                + $"[{string.Join(',', d.Shape)}] [{string.Join(',', d.ChunkShape)}] {values}\n");
            foreach (Hdf5Piece piece in pieces.Length <= 500 ? pieces : [])
                text.Append($"  {piece.Offset} {piece.StoredBytes}\n");
            Append(text, d.Attributes);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, Hdf5Attributes attributes)
    {
        foreach (Hdf5Attribute attribute in attributes.Names.Order(StringComparer.Ordinal).Select(name => attributes.Find(name)!))
            text.Append($"  @{attribute.Name} [{string.Join(',', attribute.Shape)}] "
                + $"{string.Join(' ', attribute.Values.Cast<object>().Select(Cell))}\n");
    }

    private static string Cell(object value) => value switch
    {
        string text => "t" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        bool flag => flag ? "b1" : "b0",
        double number => "f" + Convert.ToHexStringLower(BitConverter.GetBytes(number)),
        _ => $"i{value}",
    };

    private static byte[] Rows(Hdf5Dataset dataset)
    {
        byte[] rows = new byte[dataset.RowCount * dataset.RowBytes];
        dataset.ReadRowBytes(0, dataset.RowCount, rows);
        if (dataset.DType is DType.String)
            _ = dataset.ReadUtf8(0, dataset.RowCount);
        return rows;
    }

    /// <summary>Returns the bytes of unfiltered chunks that are as long as a row.</summary>
    private static byte[] Chunks(string path, Hdf5Piece[] pieces)
    {
        byte[] file = File.ReadAllBytes(path);
        return [.. pieces.SelectMany(piece => file.AsSpan((int)piece.Offset, piece.StoredBytes).ToArray())];
    }
}

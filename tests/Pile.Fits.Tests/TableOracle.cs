using System.Security.Cryptography;
using System.Text;
using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>One line per column of a file, "hdu, name, values per row, type, SHA-256 of the values": once by astropy, once by us.</summary>
internal static class TableOracle
{
    private const string Script = """
        import sys, hashlib, warnings
        import numpy as np
        from astropy.io import fits
        warnings.simplefilter('ignore')
        def digest(a):
            a = np.asarray(a)
            if a.dtype.kind in 'US':
                raw = '\n'.join(str(s).rstrip(' ') for s in a.ravel()).encode('utf-8')
            else:
                raw = a.astype(a.dtype.newbyteorder('<')).tobytes()
            return a.dtype.newbyteorder('=').name if a.dtype.kind not in 'US' else 'text', raw
        with fits.open(sys.argv[1], disable_image_compression=False) as f:
            for i, h in enumerate(f):
                if not isinstance(h, (fits.BinTableHDU, fits.TableHDU)) or isinstance(h, fits.CompImageHDU):
                    continue
                for c in h.columns:
                    v = h.data.field(c.name)
                    if c.bzero == -128 and c.bscale in (None, '', 1):
                        v = v.astype('i1')  # astropy makes signed bytes float64
                    if v.dtype == object:
                        parts = [digest(r) for r in v]
                        kind = parts[0][0]; raw = b''.join(p[1] for p in parts)
                        per = 0
                    else:
                        kind, raw = digest(v)
                        per = int(np.prod(v.shape[1:]))
                    print(i, c.name.replace(' ', '_'), per, kind, hashlib.sha256(raw).hexdigest())
        """;

    internal static string[] ByAstropy(string path) => Python.Run(Script, path).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    internal static string[] ByPile(string path)
    {
        using FitsFile file = FitsFile.OpenRead(path);
        return [.. from hdu in file.Hdus
                   where hdu.Kind is FitsHduKind.Table or FitsHduKind.AsciiTable
                   let table = hdu.Table()
                   from column in table.Columns
                   select $"{hdu.Index} {column.Name.Replace(' ', '_')} {column.Repeat} {Describe(table, column)}"];
    }

    private static string Describe(FitsTable table, FitsColumn column) => column.Type switch
    {
        FitsType.Bit or FitsType.Bool => Digest<bool>(table, column, "bool"),
        FitsType.UInt8 => Digest<byte>(table, column, "uint8"),
        FitsType.Int8 => Digest<sbyte>(table, column, "int8"),
        FitsType.Int16 => Digest<short>(table, column, "int16"),
        FitsType.UInt16 => Digest<ushort>(table, column, "uint16"),
        FitsType.Int32 => Digest<int>(table, column, "int32"),
        FitsType.UInt32 => Digest<uint>(table, column, "uint32"),
        FitsType.Int64 => Digest<long>(table, column, "int64"),
        FitsType.UInt64 => Digest<ulong>(table, column, "uint64"),
        FitsType.Float32 => Digest<float>(table, column, "float32"),
        FitsType.Float64 => Digest<double>(table, column, "float64"),
        FitsType.Text => DigestText(table, column),
        _ => "refused",
    };

    private static string Digest<T>(FitsTable table, FitsColumn column, string type) where T : unmanaged
    {
        int rows = (int)table.RowCount;
        T[] values = new T[rows * column.Repeat];
        if (column.IsVariableLength)
        {
            long[] lengths = new long[rows];
            table.ReadLengths(column, 0, lengths);
            values = new T[lengths.Sum()];
            int at = 0;
            for (int row = 0; row < rows; row++)
                at += table.ReadRow(column, row, values.AsSpan(at));
        }
        else
            table.Read(column, 0, rows, values.AsSpan());
        return $"{type} {Hash(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()))}";
    }

    private static string DigestText(FitsTable table, FitsColumn column)
    {
        string[] values = new string[table.RowCount * column.Repeat];
        table.ReadText(column, 0, (int)table.RowCount, values);
        return $"text {Hash(Encoding.UTF8.GetBytes(string.Join('\n', values)))}";
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

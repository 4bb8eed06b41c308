using System.Security.Cryptography;
using System.Text;
using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>One line per column of a file, "hdu, name, values per row, type, SHA-256 of the values", by astropy and by Pile.</summary>
internal static class TableOracle
{
    private const string Script = """
            def digest(a):
                a = np.asarray(a)
                if a.dtype.kind in 'US':
                    return 'text', '\n'.join(str(s).rstrip(' ') for s in a.ravel()).encode('utf-8')
                return a.dtype.newbyteorder('=').name, a.astype(a.dtype.newbyteorder('<')).tobytes()
            with fits.open(arg) as f:
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

    /// <summary>Real files.</summary>
    internal static readonly string[] Files =
    [
        "spectra/spec-0266-51602-0031.fits", "spectra/redrock-test.fits", "catalog/small_sky.fits", "catalog/gaia_results.fits",
        "catalog/sweep-330m005-340p000.fits", "images/dss.14.29.56-62.41.05.fits.gz", "malformed/theap-gap.fits",
    ];

    private static readonly Oracle FileOracle = new(Script, Files.Select(TestPaths.Data));

    /// <summary>Returns what astropy reads from one of <see cref="Files"/>, or from a file just written.</summary>
    internal static string[] ByAstropy(string path) =>
        Files.Any(f => TestPaths.Data(f) == path) ? FileOracle[path] : Oracle.Run(Script, path);

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
        _ => "unsupported",
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

using System.Numerics;
using Pile.Format;
using Pile.Tables.Opening;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Missing integers in FITS are an unused integer, TNULL.</summary>
public sealed class FitsNullTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(DType.Int8)]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Int16)]
    [InlineData(DType.UInt16)]
    [InlineData(DType.Int32)]
    [InlineData(DType.UInt32)]
    [InlineData(DType.Int64)]
    [InlineData(DType.UInt64)]
    public Task Astropy_finds_the_missing_integers_whatever_the_values_are(DType type) => type switch
    {
        DType.Int8 => CompareAsync<sbyte>(type),
        DType.UInt8 => CompareAsync<byte>(type),
        DType.Int16 => CompareAsync<short>(type),
        DType.UInt16 => CompareAsync<ushort>(type),
        DType.Int32 => CompareAsync<int>(type),
        DType.UInt32 => CompareAsync<uint>(type),
        DType.Int64 => CompareAsync<long>(type),
        _ => CompareAsync<ulong>(type),
    };

    private async Task CompareAsync<T>(DType type) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T seven = T.CreateChecked(7);
        // The second batch has the end that would mean null in the first.
        foreach (T end in (T[])[T.MinValue, T.MaxValue, seven])
        {
            await WriteAsync([Column(type, [seven, default, T.One], [false, true, false]),
                Column(type, [end, seven, end], [false, true, false])]);
            string[] found = Python.Run("""
                import sys
                from astropy.io import fits
                table = fits.open(sys.argv[1])[1]
                def value(v, n): # astropy's Table does not mask columns with an offset
                    missing = table.header[f'TNULL{n}'] + table.header.get(f'TZERO{n}', 0)
                    return None if int(v) == missing else int(v)
                print([value(v, 1) for v in table.data['v']])
                print([[value(v, 2) for v in row] for row in table.data['pair']])
                """, folder["t.fits"]).Trim().Split('\n');
            Assert.Equal($"[7, None, 1, {end}, None, {end}]", found[0]);
            Assert.Equal($"[[7, 7], [None, None], [1, 1], [{end}, {end}], [None, None], [{end}, {end}]]", found[1]);
        }
        await WriteAsync([Column(type, [T.MinValue, T.MaxValue, seven], [false, false, false])]);
        Assert.Equal($"[{T.MinValue}, {T.MaxValue}, 7] False", Python.Run("""
            import sys
            from astropy.table import Table
            t = Table.read(sys.argv[1])
            print([int(v) for v in t['v']], bool(getattr(t['v'], 'mask', False).any()) if hasattr(t['v'], 'mask') else False)
            """, folder["t.fits"]).Trim());
        using (ITableReader table = Tables.Open(folder["t.fits"]))
            Assert.Equal([$"{T.MinValue}", $"{T.MaxValue}", "7"], (await Cells.ReadAsync(table))[0]);

        // Both ends are values; so are those next to the first end, in another batch.
        T[] near = [T.MinValue, T.MinValue + T.One, T.MaxValue - T.One, T.MaxValue];
        foreach (bool withText in (bool[])[false, true]) // the definition of a table with texts depends on its values
        {
            await WriteAsync([Column(type, [T.MinValue, T.MaxValue, seven], [false, false, true], withText),
                Column(type, near, new bool[4], withText)]);
            Assert.Equal($"[{T.MinValue}, {T.MaxValue}, None, {string.Join(", ", near)}]", Python.Run("""
                import sys
                from astropy.io import fits
                table = fits.open(sys.argv[1])[1]
                missing = table.header['TNULL1'] + table.header.get('TZERO1', 0)
                print([None if int(v) == missing else int(v) for v in table.data['v']])
                """, folder["t.fits"]).Trim());
            if (type is not DType.UInt64) // has an offset, and no wider type
                Assert.Equal($"[{T.MinValue}, {T.MaxValue}, None, {string.Join(", ", near)}]", Python.Run("""
                    import sys
                    from astropy.table import Table
                    v = Table.read(sys.argv[1])['v']
                    print([None if m else int(x) for x, m in zip(v.data.data, v.mask)])
                    """, folder["t.fits"]).Trim());
            using ITableReader table = Tables.Open(folder["t.fits"]);
            string[] found = (await Cells.ReadAsync(table))[0];
            Assert.Equal([$"{T.MinValue}", $"{T.MaxValue}", Cells.Null, .. near.Select(v => $"{v}")], found);
        }
        if (type is not (DType.UInt8 or DType.Int16)) // the others are written in a wider type
            return;
        // One value is unused, then none.
        T[] all = [.. Enumerable.Range(0, 1 << (8 * type.ElementBytes())).Select(T.CreateTruncating)];
        await WriteAsync([Column(type, all, [.. all.Select(v => v == seven)])]);
        using (ITableReader table = Tables.Open(folder["t.fits"]))
            Assert.Equal(all.Select(v => v == seven ? Cells.Null : $"{v}"), (await Cells.ReadAsync(table))[0]);
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(
            [Column(type, [.. all, seven], [.. all.Select(_ => false), true])]));
        Assert.Contains("no value is left to mean null", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["t.fits"]));
    }

    [Fact] // astropy 5.2 compares TNULL with numbers after TZERO, FITS 4.0 before it
    public async Task Missing_unsigned_integers_of_astropy_are_values_and_reported()
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table, MaskedColumn
            def column(kind, mask): return MaskedColumn(np.array([1, 2], kind), mask=mask)
            t = Table(dict(a=column('u2', [0, 1]), b=column('i2', [0, 1]), c=column('u8', [0, 0])))
            t.write(sys.argv[1])
            """, folder["t.fits"]);
        using ITableReader table = Tables.Open(folder["t.fits"]);
        Assert.Empty(ITableNotes.Of(table));
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["1", "2"], cells[2]);
        Assert.Equal(Cells.Null, cells[1][1]);
        string note = Assert.Single(ITableNotes.Of(table));
        Assert.StartsWith($"the column 'a' has 1 value of {cells[0][1]}, the number of TNULL. They are values", note,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Astropy_reads_lists_of_unsigned_integers()
    {
        List<ColumnData> columns = [];
        Add<sbyte>("i1", DType.Int8);
        Add<ushort>("u2", DType.UInt16);
        Add<uint>("u4", DType.UInt32);
        await WriteAsync([new RowBatch(columns)]);
        Assert.Equal("[[-128], [127, -127]]\n[[0], [65535, 1]]\n[[0], [4294967295, 1]]", Python.Run("""
            import sys
            from astropy.table import Table
            for column in Table.read(sys.argv[1]).itercols(): print([[int(v) for v in row] for row in column])
            """, folder["t.fits"]).Trim());

        void Add<T>(string name, DType type) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
            columns.Add(new ColumnData<T>(new ColumnSchema { Name = name, DType = type, Shape = [ColumnSchema.Ragged] },
                new T[] { T.MinValue, T.MaxValue, T.MinValue + T.One }, [1, 2]));
    }

    private static RowBatch Column<T>(DType type, T[] values, bool[] isNull, bool withText = false) where T : unmanaged
    {
        ColumnSchema schema = new() { Name = "v", DType = type, Nullable = true };
        return new RowBatch([new ColumnData<T>(schema, values, isNull),
            new ColumnData<T>(schema with { Name = "pair", Shape = [2] }, values.SelectMany(v => (T[])[v, v]).ToArray(), isNull),
            .. withText ? [TextColumnData.From(new ColumnSchema { Name = "text", DType = DType.String }, [.. values.Select(_ => "x")])]
                : (ColumnData[])[]]);
    }

    private async Task WriteAsync(RowBatch[] batches)
    {
        File.Delete(folder["t.fits"]);
        await TableWriter.WriteAsync(folder["t.fits"], [.. batches[0].Columns.Select(c => c.Schema)], batches.ToAsyncEnumerable(),
            cancellationToken: TestContext.Current.CancellationToken);
    }
}

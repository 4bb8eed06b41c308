using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Pile.DuckDb.Tests;

/// <summary>Columns that are saved and loaded have the values of the originals.</summary>
public class SavedColumnTests : DatabaseTest
{
    private static readonly int[] Numbers = [.. Enumerable.Range(0, 40)];
    private static readonly bool[] IsNull = [.. Numbers.Select(i => i % 5 == 0)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loaded_columns_write_the_rows_of_the_saved_ones(bool hasNulls)
    {
        DuckDbColumn[] columns = Columns(hasNulls ? IsNull : default(ReadOnlyMemory<bool>));
        RequireSame(columns, [.. columns.Select(SaveAndLoad)]);
        Assert.Equal(40L, Connection.Scalar<long>("SELECT count(*) FROM loaded"));
        Assert.Equal(hasNulls ? 8L : 0L, Connection.Scalar<long>("SELECT count(*) FROM loaded WHERE c3 IS NULL"));
    }

    [Fact]
    public void A_value_that_all_rows_have_is_saved_once()
    {
        const int Rows = 5000;
        int[] sevens = [.. Enumerable.Repeat(7, 3 * Rows)], starts = [.. Enumerable.Range(0, Rows + 1).Select(i => 5 + (4 * i))],
            none = new int[Rows + 1];
        bool[] allNull = [.. Enumerable.Repeat(true, Rows)], lastNull = [.. Enumerable.Range(0, Rows).Select(i => i == Rows - 1)];
        byte[] text = Encoding.UTF8.GetBytes("start" + string.Concat(Enumerable.Repeat("🔭", Rows)));
        double[] nans = [.. Enumerable.Repeat(double.NaN, Rows)], signed = [.. Enumerable.Range(0, Rows).Select(i => i == 9 ? -0.0 : 0.0)];
        DuckDbColumn[] columns =
        [
            DuckDbColumn.Of<double>(nans), DuckDbColumn.Vectors<int>(3, sevens), DuckDbColumn.Vectors<int>(3, sevens, allNull),
            DuckDbColumn.Utf8(starts, text), DuckDbColumn.Blobs(none, default), DuckDbColumn.Utf8(starts, text, allNull),
            DuckDbColumn.Text([.. Enumerable.Repeat("🔭", Rows)]),
        ];
        Assert.All(columns, column => Assert.InRange(Saved(column).Length, 24, 64));
        DuckDbColumn[] others = [DuckDbColumn.Of<double>(signed), DuckDbColumn.Of<double>(nans, lastNull)];
        Assert.All(others, column => Assert.InRange(Saved(column).Length, Rows * 8, Rows * 10));
        RequireSame([.. columns, .. others], [.. columns.Concat(others).Select(SaveAndLoad)]);
    }

    [Fact]
    public void A_column_that_ends_early_is_an_error()
    {
        Memory<byte> saved = Saved(DuckDbColumn.Of<double>(new double[] { 1, 2, 3 }));
        Assert.Throws<InvalidDataException>(() => DuckDbColumn.Load(saved[..^1]));
        Assert.Throws<InvalidDataException>(() => DuckDbColumn.Load(saved[..20]));
        Assert.Throws<NotSupportedException>(() => Saved(DuckDbColumn.FixedUtf8(1, "a"u8.ToArray())));
    }

    [Fact]
    public void Numbers_are_added_to_loaded_integers()
    {
        int[] starts = [0, 1, 1, 3], ones = [1, 1, 1];
        long[] values = [1, 2, 3], added = [1001, 1002, 1003];
        bool[] isNull = [false, true, false];
        DuckDbColumn[] before =
        [
            DuckDbColumn.Of<int>(new[] { -1, 5, 7 }, isNull), DuckDbColumn.Of<int>(ones), DuckDbColumn.Lists<long>(starts, values, isNull),
            DuckDbColumn.Vectors<long>(1, values),
        ];
        DuckDbColumn[] after =
        [
            DuckDbColumn.Of<int>(new[] { 999, 0, 1007 }, isNull), DuckDbColumn.Of<int>(new[] { 1001, 1001, 1001 }),
            DuckDbColumn.Lists<long>(starts, added, isNull), DuckDbColumn.Vectors<long>(1, added),
        ];
        RequireSame(after, [.. before.Select(Added)]);
        Assert.Throws<OverflowException>(() => SaveAndLoad(before[0]).Add(int.MaxValue));
        Assert.Throws<OverflowException>(() => SaveAndLoad(before[3]).Add(long.MaxValue));
        Assert.Throws<NotSupportedException>(() => SaveAndLoad(DuckDbColumn.Of<double>(new[] { 1.0 })).Add(1));
        Assert.Throws<NotSupportedException>(() => SaveAndLoad(DuckDbColumn.Text(["a"])).Add(1));

        static DuckDbColumn Added(DuckDbColumn column)
        {
            DuckDbColumn loaded = SaveAndLoad(column);
            loaded.Add(1000);
            return loaded;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_of_several_columns_are_written_in_any_order(bool hasNulls)
    {
        DuckDbColumn[] columns = Columns(hasNulls ? IsNull : default(ReadOnlyMemory<bool>));
        DuckDbColumn[][] parts = [columns, [.. columns.Select(SaveAndLoad)], [.. Repeats(hasNulls).Select(SaveAndLoad)]];
        DuckDbField[] fields = [.. columns.Select((column, i) => new DuckDbField($"c{i}", column.Type))];
        Connection.Execute($"CREATE TABLE parts ({string.Join(", ", fields.Select(field => $"{field.Name} {field.Type}"))})");
        using (DuckDbAppender appender = Connection.Append("parts"))
        {
            foreach (DuckDbColumn[] part in parts)
                appender.Append(part);
            appender.Complete();
        }
        int[] order = [.. Enumerable.Range(0, parts.Sum(part => part[0].RowCount))];
        new Random(1).Shuffle(order);
        using DuckDbResult result = Connection.Query("FROM parts");
        Assert.True(result.TryNextChunk(out DuckDbChunk? stored));
        using FilledChunk filled = new(fields);
        foreach (int[] some in order.Chunk(50)) // the memory is used again
        {
            List<RowPlace>[] rows = [.. parts.Select((_, part) => some.Index().Where(row => row.Item / Numbers.Length == part)
                .Select(row => new RowPlace(row.Item % Numbers.Length, row.Index)).ToList())];
            DuckDbChunk chunk = filled.Fill(writer =>
            {
                for (int column = 0; column < fields.Length; column++)
                    DuckDbColumn.WriteRows([.. parts.Select(part => part[column])], rows, writer[column], some.Length);
                writer.RowCount = some.Length;
            });
            Assert.Equal(some.Length, chunk.RowCount);
            for (int column = 0; column < fields.Length; column++)
                for (int row = 0; row < some.Length; row++)
                    Assert.Equal(Bytes(stored, column, some[row]), Bytes(chunk, column, row));
        }
        Assert.Throws<NotSupportedException>(() => filled.Fill(writer =>
            DuckDbColumn.WriteRows([DuckDbColumn.FixedUtf8(1, "a"u8.ToArray())], [[new RowPlace(0, 0)]], writer[11], 1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Joined_columns_have_the_rows_of_all(bool hasNulls)
    {
        DuckDbColumn[] columns = Columns(hasNulls ? IsNull : default(ReadOnlyMemory<bool>));
        DuckDbColumn[] loaded = [.. columns.Select(SaveAndLoad)];
        RequireSame(columns, Joined(columns, loaded), times: 2);
    }

    [Fact]
    public void Lists_of_several_lengths_and_repeated_values_are_joined()
    {
        DuckDbColumn[] first =
                [DuckDbColumn.Vectors<int>(2, new[] { 1, 2, 1, 2, 1, 2 }), DuckDbColumn.Of<double>(new[] { -0.0, -0.0, -0.0 })],
            second = [DuckDbColumn.Lists<int>(new[] { 1, 1, 4 }, new[] { 9, 5, 6, 7 }, new[] { false, true }),
                DuckDbColumn.Of<double>(new[] { 1.0, double.NaN }, new[] { true, false })];
        DuckDbColumn[] expected =
        [
            DuckDbColumn.Lists<int>(new[] { 0, 2, 4, 6, 6, 9 }, new[] { 1, 2, 1, 2, 1, 2, 5, 6, 7 },
                new[] { false, false, false, false, true }),
            DuckDbColumn.Of<double>(new[] { -0.0, -0.0, -0.0, 1.0, double.NaN }, new[] { false, false, false, true, false }),
        ];
        RequireSame(expected, Joined([.. first.Select(SaveAndLoad)], second));
        Assert.Equal(3L, Connection.Scalar<long>("SELECT count(*) FROM loaded WHERE 1 / c1 = '-infinity'"));
    }

    /// <summary>Returns columns of the types of <see cref="Columns"/>, each with one value in all rows.</summary>
    private static DuckDbColumn[] Repeats(bool areNull)
    {
        bool[] isNull = [.. Numbers.Select(_ => areNull)];
        return
        [
            Of(true), Of((sbyte)-7), Of((short)-7), Of(-7), Of(-7L), Of((byte)7), Of((ushort)7), Of(7u), Of(7ul), Of(7f), Of(-0.0),
            DuckDbColumn.Text([.. Numbers.Select(_ => areNull ? null : "the same text")]),
            DuckDbColumn.Vectors<float>(2, Enumerable.Repeat(1.5f, 2 * Numbers.Length).ToArray(), isNull),
            DuckDbColumn.Vectors<int>(3, Enumerable.Repeat(-1, 3 * Numbers.Length).ToArray(), isNull),
        ];

        DuckDbColumn Of<T>(T value) where T : unmanaged =>
            DuckDbColumn.Of<T>(Enumerable.Repeat(value, Numbers.Length).ToArray(), isNull);
    }

    /// <summary>Returns the bytes of a value; null for NULL.</summary>
    private static byte[]? Bytes(DuckDbChunk chunk, int column, int row)
    {
        DuckDbVector vector = chunk[column];
        if (!vector.IsValid(row))
            return null;
        return vector.Type.Id switch
        {
            DuckDbTypeId.Varchar => vector.Utf8(row).ToArray(),
            DuckDbTypeId.List when vector.Type.Child!.Id is DuckDbTypeId.Float =>
                MemoryMarshal.AsBytes(vector.Values<DuckDbListEntry>()[row].Of(vector.Child.Values<float>())).ToArray(),
            DuckDbTypeId.List => MemoryMarshal.AsBytes(vector.Values<DuckDbListEntry>()[row].Of(vector.Child.Values<int>())).ToArray(),
            DuckDbTypeId.Boolean => [vector.Values<bool>()[row] ? (byte)1 : (byte)0],
            DuckDbTypeId.TinyInt => Of(vector.Values<sbyte>()[row]),
            DuckDbTypeId.UTinyInt => Of(vector.Values<byte>()[row]),
            DuckDbTypeId.SmallInt => Of(vector.Values<short>()[row]),
            DuckDbTypeId.USmallInt => Of(vector.Values<ushort>()[row]),
            DuckDbTypeId.Integer => Of(vector.Values<int>()[row]),
            DuckDbTypeId.UInteger => Of(vector.Values<uint>()[row]),
            DuckDbTypeId.BigInt => Of(vector.Values<long>()[row]),
            DuckDbTypeId.UBigInt => Of(vector.Values<ulong>()[row]),
            DuckDbTypeId.Float => Of(vector.Values<float>()[row]),
            DuckDbTypeId.Double => Of(vector.Values<double>()[row]),
            _ => throw new NotSupportedException(vector.Type.ToString()),
        };

        static byte[] Of<T>(T value) where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
    }

    private static DuckDbColumn[] Joined(params DuckDbColumn[][] parts) => [.. Enumerable.Range(0, parts[0].Length).Select(column =>
    {
        DuckDbColumnJoin join = new();
        foreach (DuckDbColumn[] part in parts)
            join.Add(part[column]);
        return join.Join();
    })];

    private static Memory<byte> Saved(DuckDbColumn column)
    {
        ArrayBufferWriter<byte> bytes = new();
        column.Save(bytes);
        return bytes.WrittenSpan.ToArray();
    }

    private static DuckDbColumn SaveAndLoad(DuckDbColumn column) => DuckDbColumn.Load(Saved(column));

    private void RequireSame(DuckDbColumn[] saved, DuckDbColumn[] loaded, int times = 1)
    {
        Assert.Equal(saved.Select(c => (c.Type, times * c.RowCount)), loaded.Select(c => (c.Type, c.RowCount)));
        foreach ((string table, DuckDbColumn[] rows, int count) in new[] { ("saved", saved, times), ("loaded", loaded, 1) })
        {
            Connection.Execute($"CREATE TABLE {table} ({string.Join(", ", saved.Select((c, i) => $"c{i} {c.Type}"))})");
            using DuckDbAppender appender = Connection.Append(table);
            for (int i = 0; i < count; i++)
                appender.Append(rows);
            appender.Complete();
        }
        Assert.Equal(0L, Connection.Scalar<long>("SELECT count(*) FROM (FROM saved EXCEPT ALL FROM loaded)"));
        Assert.Equal(0L, Connection.Scalar<long>("SELECT count(*) FROM (FROM loaded EXCEPT ALL FROM saved)"));
    }

    private static DuckDbColumn[] Columns(ReadOnlyMemory<bool> isNull)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(string.Concat(Numbers.Select(Text)));
        int[] textStarts = new int[Numbers.Length + 1], listStarts = new int[Numbers.Length + 1];
        for (int i = 0; i < Numbers.Length; i++)
            (textStarts[i + 1], listStarts[i + 1]) = (textStarts[i] + Encoding.UTF8.GetByteCount(Text(i)), listStarts[i] + (i % 4));
        return
        [
            Of(i => i % 2 == 0), Of(i => (sbyte)(i - 20)), Of(i => (short)(i - 20)), Of(i => i - 20), Of(i => long.MinValue + i),
            Of(i => (byte)i), Of(i => (ushort)(60_000 + i)), Of(i => uint.MaxValue - (uint)i), Of(i => ulong.MaxValue - (ulong)i),
            Of(i => i % 7 == 0 ? float.NaN : i / 3f), Of(i => i % 7 == 0 ? double.NegativeInfinity : i / 3.0),
            DuckDbColumn.Utf8(textStarts, utf8, isNull),
            DuckDbColumn.Lists<float>(listStarts, Enumerable.Range(0, listStarts[^1]).Select(i => i / 7f).ToArray(), isNull),
            DuckDbColumn.Vectors<int>(3, Enumerable.Range(0, 3 * Numbers.Length).ToArray(), isNull),
        ];

        DuckDbColumn Of<T>(Func<int, T> value) where T : unmanaged => DuckDbColumn.Of<T>(Numbers.Select(value).ToArray(), isNull);

        static string Text(int i) => i % 6 == 0 ? "" : $"é{i}\U0001F52D";
    }
}

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
        using MemoryStream bytes = new();
        using (BinaryWriter writer = new(bytes, Encoding.UTF8, leaveOpen: true))
            Array.ForEach(columns, column => column.Save(writer));
        bytes.Position = 0;
        using BinaryReader reader = new(bytes);
        DuckDbColumn[] loaded = [.. columns.Select(_ => DuckDbColumn.Load(reader))];
        Assert.Equal(bytes.Length, bytes.Position);
        Assert.Equal(columns.Select(c => c.Type), loaded.Select(c => c.Type));

        foreach ((string table, DuckDbColumn[] rows) in new[] { ("saved", columns), ("loaded", loaded) })
        {
            Connection.Execute($"CREATE TABLE {table} ({string.Join(", ", columns.Select((c, i) => $"c{i} {c.Type}"))})");
            using DuckDbAppender appender = Connection.Append(table);
            appender.Append(rows);
            appender.Complete();
        }
        Assert.Equal(40L, Connection.Scalar<long>("SELECT count(*) FROM loaded"));
        Assert.Equal(0L, Connection.Scalar<long>("SELECT count(*) FROM (FROM saved EXCEPT ALL FROM loaded)"));
        Assert.Equal(hasNulls ? 8L : 0L, Connection.Scalar<long>("SELECT count(*) FROM loaded WHERE c3 IS NULL"));
    }

    [Fact]
    public void A_column_that_ends_early_is_an_error()
    {
        using MemoryStream bytes = new();
        using (BinaryWriter writer = new(bytes, Encoding.UTF8, leaveOpen: true))
            DuckDbColumn.Of<double>(new double[] { 1, 2, 3 }).Save(writer);
        using BinaryReader cut = new(new MemoryStream(bytes.ToArray()[..^1]));
        Assert.Throws<EndOfStreamException>(() => DuckDbColumn.Load(cut));
        Assert.Throws<NotSupportedException>(() =>
        {
            using BinaryWriter writer = new(new MemoryStream());
            DuckDbColumn.Text(["a"]).Save(writer);
        });
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

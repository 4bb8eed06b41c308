using System.Text;

namespace Pile.DuckDb.Tests;

public class AppenderTests : DatabaseTest
{
    [Fact]
    public void Appends_a_million_rows()
    {
        const int RowCount = 1_000_000;
        long[] ids = [.. Enumerable.Range(0, RowCount).Select(i => (long)i)];
        double[] raDeg = [.. ids.Select(i => i * 0.00036)];
        Connection.Execute("CREATE TABLE t (object_id BIGINT, ra DOUBLE)");
        using (DuckDbAppender appender = Connection.Append("t"))
        {
            appender.Append(DuckDbColumn.Of<long>(ids), DuckDbColumn.Of<double>(raDeg));
            appender.Complete();
        }
        Assert.Equal((long)RowCount, Connection.Scalar<long>("SELECT count(*) FROM t WHERE ra = object_id * 0.00036::DOUBLE"));
        Assert.Equal(ids, Column<long>("SELECT object_id FROM t"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(5000)]
    public void Appends_rows_of_every_type_with_nulls(int rowCount)
    {
        int[] n = [.. Enumerable.Range(0, rowCount)];
        bool[] isNull = [.. n.Select(i => i % 5 == 0)];
        Connection.Execute("CREATE TABLE t (a BOOLEAN, b TINYINT, c SMALLINT, d INTEGER, e BIGINT, f UTINYINT, g USMALLINT, h UINTEGER, i "
            + "UBIGINT, j FLOAT, k DOUBLE, l DATE, m TIMESTAMP, n BIGINT)");
        using (DuckDbAppender appender = Connection.Append("t"))
        {
            appender.Append(
                Of(i => i % 2 == 0), Of(i => (sbyte)i), Of(i => (short)i), Of(i => -i), Of(i => -(long)i), Of(i => (byte)i),
                Of(i => (ushort)i), Of(i => (uint)i),
                Of(i => ulong.MaxValue - (ulong)i), Of(i => i / 2f), Of(i => i / 3.0), Of(i => i), Of(i => i * 1_000_000L),
                DuckDbColumn.Of<long>(n.Select(i => (long)i).ToArray()));
            appender.Complete();
        }
        Assert.Equal(rowCount, Connection.Scalar<long>("SELECT count(*) FROM t"));
        Assert.Equal(isNull.Count(x => x),
            Connection.Scalar<long>("SELECT count(*) FROM t WHERE COLUMNS(* EXCLUDE n) IS NULL AND n % 5 = 0"));
        Assert.Equal(isNull.Count(x => !x), Connection.Scalar<long>("""
            SELECT count(*) FROM t WHERE a = (n % 2 = 0) AND b = ((n + 128) % 256) - 128 AND c = n AND d = -n AND e = -n
                AND f = n % 256 AND g = n AND h = n AND i = 18446744073709551615 - n
                AND j = (n / 2.0::DOUBLE)::FLOAT AND k = n / 3.0::DOUBLE
                AND l = DATE '1970-01-01' + n::INTEGER AND m = TIMESTAMP '1970-01-01' + to_seconds(n)
            """));

        DuckDbColumn Of<T>(Func<int, T> value) where T : unmanaged => DuckDbColumn.Of<T>(n.Select(value).ToArray(), isNull);
    }

    [Fact]
    public void Appends_texts_from_bytes_and_strings()
    {
        string?[] texts = [.. Enumerable.Range(0, 3000).Select(i => i % 7 == 0 ? null : i % 3 == 0 ? "" : $"objet n° {i} "
            + $"{new string('é', i % 20)}")];
        bool[] isNull = [.. texts.Select(t => t is null)];
        byte[][] utf8 = [.. texts.Select(t => Encoding.UTF8.GetBytes(t ?? ""))];
        int[] offsets = [0, .. utf8.Select(b => b.Length).Aggregate((IEnumerable<int>)[],
            (sums, length) => sums.Append((sums.Any() ? sums.Last() : 0) + length).ToList())];
        int width = utf8.Max(b => b.Length);
        var padded = new byte[width * texts.Length];
        for (int i = 0; i < utf8.Length; i++)
            utf8[i].CopyTo(padded, i * width);

        Connection.Execute("CREATE TABLE t (a VARCHAR, b VARCHAR, c VARCHAR, d BLOB)");
        using (DuckDbAppender appender = Connection.Append("t"))
        {
            byte[] bytes = [.. utf8.SelectMany(b => b)];
            appender.Append(DuckDbColumn.Text(texts), DuckDbColumn.Utf8(offsets, bytes, isNull),
                DuckDbColumn.FixedUtf8(width, padded, isNull), DuckDbColumn.Utf8(offsets, bytes, isNull));
            appender.Complete();
        }
        Assert.Equal(texts, Texts("SELECT a FROM t"));
        Assert.Equal(texts, Texts("SELECT b FROM t"));
        Assert.Equal(texts, Texts("SELECT c FROM t"));
        Assert.Equal(texts, Texts("SELECT decode(d) FROM t"));
    }

    [Fact]
    public void Appends_lists_and_vectors()
    {
        const int RowCount = 5000;
        int[] offsets = [.. Enumerable.Range(0, RowCount + 1).Select(i => i * 3 - i % 2)];
        float[] values = [.. Enumerable.Range(0, offsets[^1]).Select(i => (float)i)];
        bool[] isNull = [.. Enumerable.Range(0, RowCount).Select(i => i % 11 == 0)];
        double[] vectors = [.. Enumerable.Range(0, RowCount * 5).Select(i => i / 7.0)];
        Connection.Execute("CREATE TABLE t (l FLOAT[], v DOUBLE[], a DOUBLE[5])");
        using (DuckDbAppender appender = Connection.Append("t"))
        {
            appender.Append(DuckDbColumn.Lists<float>(offsets, values, isNull), DuckDbColumn.Vectors<double>(5, vectors),
                DuckDbColumn.Vectors<double>(5, vectors));
            appender.Complete();
        }
        Assert.Equal((long)isNull.Count(x => x), Connection.Scalar<long>("SELECT count(*) FROM t WHERE l IS NULL"));
        Assert.Equal(vectors, Column<double>("SELECT unnest(v) FROM t"));
        Assert.Equal((long)RowCount, Connection.Scalar<long>("SELECT count(*) FROM t WHERE a::DOUBLE[] = v"));

        int row = 0;
        using DuckDbResult result = Connection.Query("SELECT l FROM t");
        foreach (DuckDbChunk chunk in result.Chunks())
        {
            DuckDbVector lists = chunk[0];
            for (int i = 0; i < chunk.RowCount; i++, row++)
                if (lists.IsValid(i))
                    Assert.Equal(values.AsSpan()[offsets[row]..offsets[row + 1]],
                        lists.Values<DuckDbListEntry>()[i].Of(lists.Child.Values<float>()));
        }
        Assert.Equal(RowCount, row);
    }

    [Fact]
    public void Appending_mismatched_columns_names_the_column()
    {
        Connection.Execute("CREATE TABLE t (a INTEGER, b VARCHAR)");
        Assert.Contains("missing\" could not be found", Assert.Throws<DuckDbException>(() => Connection.Append("missing")).Message,
            StringComparison.Ordinal);
        using DuckDbAppender appender = Connection.Append("t");
        DuckDbException e = Assert.Throws<DuckDbException>(
            () => appender.Append(DuckDbColumn.Of<double>(new[] { 1.0 }), DuckDbColumn.Text(["x"])));
        Assert.Contains("'t[0]' has the type INTEGER; its cells are not Double", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => appender.Append(DuckDbColumn.Of<int>(new[] { 1, 2 }), DuckDbColumn.Text(["x"])));
        Assert.Throws<ArgumentException>(() => appender.Append(DuckDbColumn.Of<int>(new[] { 1 })));
        Assert.Contains("not UTF-8", Assert.Throws<ArgumentException>(() =>
            appender.Append(DuckDbColumn.Of<int>(new[] { 1 }), DuckDbColumn.Utf8(new[] { 0, 2 }, new byte[] { 0xC3, 0x28 }))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_violated_constraint_is_reported_on_completion()
    {
        Connection.Execute("CREATE TABLE t (a INTEGER NOT NULL)");
        using (DuckDbAppender appender = Connection.Append("t"))
        {
            appender.Append(DuckDbColumn.Of<int>(new[] { 1 }, new[] { true }));
            Assert.Contains("NOT NULL constraint failed", Assert.Throws<DuckDbException>(appender.Complete).Message,
                StringComparison.Ordinal);
        }
        using (DuckDbAppender appender = Connection.Append("t"))
            appender.Append(DuckDbColumn.Of<int>(new[] { 1 }));
        Assert.Equal(0, Connection.Scalar<long>("SELECT count(*) FROM t"));
    }
}

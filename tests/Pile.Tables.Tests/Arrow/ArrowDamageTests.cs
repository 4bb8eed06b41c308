using System.Buffers.Binary;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests.Arrow;

/// <summary>Arrow files that are cut, damaged or hostile give an error that names the file: neither a crash nor other values.</summary>
public sealed class ArrowDamageTests : IDisposable
{
    private const int Rows = 50;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("t.arrow")]
    [InlineData("t.arrows")]
    public async Task A_file_that_is_cut_anywhere_is_an_error(string name)
    {
        byte[] whole = Sample(name, null);
        await ReadAsync(name, whole);
        for (int length = 1; length < whole.Length; length += length < 600 || length > whole.Length - 600 ? 1 : 37)
            await FailsAsync(name, whole[..length]);
    }

    public static TheoryData<string, string, string> Hostile() => new()
    {
        { "depth", "t.arrows", "is nested deeper than 64 levels" },
        { "union", "t.arrow", "column 'x' is a union" },
        { "big-endian", "t.arrows", "its numbers are big-endian" },
        { "footer length", "t.arrow", "declares a footer of 2147483647 bytes" },
        { "footer", "t.arrow", "its metadata are damaged" },
        { "dictionary", "t.arrows", "with the values of column 'x' is missing" },
        { "rows", "t.arrows", "declares 2147483648 rows" },
        { "body", "t.arrows", "it ends within message" },
        { "feather 1", "t.feather", "it is version 1 of Feather, which is not read" },
        { "offsets", "t.arrow", "has the offset 1 after 5, at value 2" },
        { "elements", "t.arrow", "refers to element 9, but has 3" },
        { "utf8", "t.arrow", "has text that is not valid UTF-8" },
        { "inside a character", "t.arrow", "has text that is not valid UTF-8" },
        { "index", "t.arrow", "has the index 7, but its dictionary has 2 values" },
        { "nulls", "t.arrow", "declares 0 missing values, and marks 1" },
        { "short", "t.arrows", "has 100 values, which require 400 bytes; 16 are stored" },
        { "view", "t.arrow", "outside its buffers" },
        { "time", "t.arrow", "has the value 90000, which is not a time of day in seconds" },
        { "compressed", "t.arrow", "which declares 1099511627776 bytes of values" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Hostile_files_are_refused_by_what_is_wrong(string kind, string name, string finding)
    {
        string message = (await FailsAsync(name, Make(kind, name))).Message;
        Assert.Contains(finding, message, StringComparison.Ordinal);
        Assert.StartsWith(folder[name], message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 300)]
    [InlineData(1, 6000, Traits = ["Run", "Long"])]
    public async Task Random_damage_is_an_error_or_other_values_but_no_crash(int firstSeed, int seeds)
    {
        (string Name, byte[] Bytes)[] samples = [("t.arrow", Sample("t.arrow", null)), ("t.arrows", Sample("t.arrows", null)),
            ("z.arrow", Sample("z.arrow", CompressionCodecType.Zstd)), ("l.arrows", Sample("l.arrows", CompressionCodecType.Lz4Frame))];
        for (int seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            Random random = new(seed);
            (string name, byte[] original) = samples[seed % samples.Length];
            byte[] bytes = [.. original];
            for (int i = random.Next(1, 6); i > 0; i--)
                Damage(bytes, random);
            try
            {
                await ReadAsync(name, bytes);
            }
            catch (PileException)
            {
                // the promise: an error of ours
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }

    private static void Damage(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 when at + 4 <= bytes.Length:
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), random.Next(3) switch { 0 => int.MaxValue, 1 => -1, _ => random.Next() });
                break;
            default:
                int other = random.Next(bytes.Length), length = Math.Min(random.Next(1, 64), bytes.Length - Math.Max(at, other));
                bytes.AsSpan(other, length).CopyTo(bytes.AsSpan(at, length));
                break;
        }
    }

    private async Task<PileException> FailsAsync(string name, byte[] bytes)
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => ReadAsync(name, bytes));
        Assert.Contains(folder[name], e.Message, StringComparison.Ordinal);
        return e;
    }

    private async Task ReadAsync(string name, byte[] bytes)
    {
        await File.WriteAllBytesAsync(folder[name], bytes, TestContext.Current.CancellationToken);
        using ITableReader table = Tables.Open(folder[name]);
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
            Assert.True(batch.RowCount >= 0);
    }

    // All kinds of buffers: numbers, texts, views, dictionaries, lists, structs.
    private byte[] Sample(string name, CompressionCodecType? codec)
    {
        int?[] numbers = [.. Enumerable.Range(0, Rows).Select(i => i % 7 == 0 ? (int?)null : i)];
        string?[] texts = [.. numbers.Select(i => i is null ? null : $"größe {i}")];
        StringViewArray.Builder views = new();
        foreach (string? text in texts)
            _ = text is null ? views.AppendNull() : views.Append(text + " of more than twelve bytes");
        Int32Array ints = ArrowFiles.Ints(numbers);
        IArrowArray[] arrays =
        [
            ints, ArrowFiles.Texts(texts), views.Build(),
            ArrowFiles.Dictionary(ArrowFiles.Ints([.. numbers.Select(i => i % 3)]), ArrowFiles.Texts("STAR", "QSO", "GALAXY")),
            ArrowFiles.Lists(ArrowFiles.Ints(numbers), [.. Enumerable.Range(0, Rows + 1).Select(i => Math.Min(i, 40))]),
            new StructArray(new StructType([new Field("a", ints.Data.DataType, true)]), Rows, [ints], ArrowBuffer.Empty),
        ];
        Schema schema = new(arrays.Select((a, i) => new Field($"c{i}", a.Data.DataType, nullable: true,
            new Dictionary<string, string> { ["unit"] = "deg" })), new Dictionary<string, string> { ["survey"] = "made up" });
        RecordBatch batch = new(schema, arrays, Rows);
        ArrowFiles.Write(folder[name], [batch, batch], codec);
        return File.ReadAllBytes(folder[name]);
    }

    private byte[] Make(string kind, string name)
    {
        if (kind == "feather 1")
            return [.. "FEA1"u8, 0, 0, 0, 0, .. new byte[64]];
        ArrowFiles.Write(folder[name], [kind == "depth" ? ArrowFiles.Batch(Nested(200)) : ArrowFiles.Batch(ArrayOf(kind))],
            kind == "compressed" ? CompressionCodecType.Zstd : null);
        byte[] bytes = File.ReadAllBytes(folder[name]);
        Span<byte> span = bytes;
        switch (kind)
        {
            case "footer length":
                BinaryPrimitives.WriteInt32LittleEndian(span[^10..], int.MaxValue);
                break;
            case "footer":
                BinaryPrimitives.WriteInt32LittleEndian(span[(bytes.Length - 10 - BinaryPrimitives.ReadInt32LittleEndian(span[^10..]))..],
                    1 << 30);
                break;
            case "dictionary": // without the message after the schema
                int start = End(bytes, 0);
                return [.. bytes[..start], .. bytes[End(bytes, start)..]];
            case "rows": // of the batch and of its array
                return Replace(bytes, Long(Rows + 3), Long(1L << 31));
            case "short": // values of the batch and of its array, whose buffers stay as they are
                return Replace(bytes, Long(3), Long(100));
            case "body":
                return Replace(bytes, Long(216), Long(1L << 40));
            case "big-endian":
                return BigEndian();
            case "compressed":
                return Replace(bytes, Long(400_000), Long(1L << 40));
        }
        return bytes;
    }

    private static byte[] Long(long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Replace(byte[] bytes, byte[] old, byte[] by)
    {
        int found = 0;
        for (int at; (at = bytes.AsSpan(found).IndexOf(old)) >= 0; found += at + by.Length)
            by.CopyTo(bytes.AsSpan(found + at));
        Assert.True(found > 0);
        return bytes;
    }

    // A message of a stream: mark, length of the metadata, metadata, body. The body of the dictionary is found by its padding.
    private static int End(byte[] bytes, int start)
    {
        int metadata = start + 8 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(start + 4));
        int next = bytes.AsSpan(metadata).IndexOf((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF]);
        return metadata + next;
    }

    // A schema without fields whose member 'endianness' is 1, as FlatBuffers store it.
    private static byte[] BigEndian()
    {
        byte[] message =
        [
            16, 0, 0, 0, // root
            10, 0, 12, 0, 4, 0, 6, 0, 8, 0, 0, 0, // members of the message: version, type of the header, header
            12, 0, 0, 0, 4, 0, 1, 0, 12, 0, 0, 0, // the message: version 5, a schema 12 bytes further on
            6, 0, 8, 0, 4, 0, 0, 0, // members of the schema: endianness
            8, 0, 0, 0, 1, 0, 0, 0, // the schema
        ];
        return [0xFF, 0xFF, 0xFF, 0xFF, (byte)message.Length, 0, 0, 0, .. message, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];
    }

    private static IArrowArray Nested(int levels)
    {
        IArrowArray array = ArrowFiles.Ints(1);
        for (int i = 0; i < levels; i++)
            array = ArrowFiles.Lists(array, 0, 1);
        return array;
    }

    private static IArrowArray ArrayOf(string kind) => kind switch
    {
        "union" => new SparseUnionArray(new UnionType([new Field("a", Int32Type.Default, true)], [0], UnionMode.Sparse), 1,
            [ArrowFiles.Ints(1)], ArrowFiles.Buffer((byte)0)),
        "dictionary" or "index" => ArrowFiles.Dictionary(ArrowFiles.Ints(0, 1, kind == "index" ? 7 : 0), ArrowFiles.Texts("a", "b")),
        "offsets" => Raw(StringType.Default, 3, 0, ArrowFiles.Buffer(0, 5, 1, 6), ArrowFiles.Buffer("abcdef"u8.ToArray())),
        "elements" => new ListArray(Of(new ListType(new Field("item", Int32Type.Default, true)), 2, 0, [ArrowBuffer.Empty,
            ArrowFiles.Buffer(0, 9, 9)], [ArrowFiles.Ints(1, 2, 3).Data])),
        "utf8" => Raw(StringType.Default, 1, 0, ArrowFiles.Buffer(0, 2), ArrowFiles.Buffer<byte>(0xC3, 0x28)),
        "inside a character" => Raw(StringType.Default, 2, 0, ArrowFiles.Buffer(0, 1, 2), ArrowFiles.Buffer("ö"u8.ToArray())),
        "nulls" => ArrowArrayFactory.BuildArray(Of(Int32Type.Default, 3, 0, [ArrowFiles.Buffer((byte)0b101),
            ArrowFiles.Buffer(1, 2, 3)])),
        "short" => ArrowFiles.Ints(7, 8, 9),
        "view" => ArrowArrayFactory.BuildArray(Of(StringViewType.Default, 1, 0, [ArrowBuffer.Empty,
            ArrowFiles.Buffer(20, 0, 0, 1 << 20), ArrowFiles.Buffer(new byte[30])])),
        "time" => ArrowArrayFactory.BuildArray(Of(TimeType.FromTimeUnit(TimeUnit.Second), 1, 0, [ArrowBuffer.Empty,
            ArrowFiles.Buffer(90_000)])),
        "compressed" => ArrowFiles.Ints([.. Enumerable.Range(0, 100_000).Select(i => (int?)7)]),
        _ => ArrowFiles.Ints([.. Enumerable.Range(0, Rows + 3).Select(i => (int?)i)]),
    };

    private static IArrowArray Raw(IArrowType type, int length, int nulls, params ArrowBuffer[] buffers) =>
        ArrowArrayFactory.BuildArray(Of(type, length, nulls, [ArrowBuffer.Empty, .. buffers]));

    private static ArrayData Of(IArrowType type, int length, int nulls, ArrowBuffer[] buffers, ArrayData[]? children = null) =>
        new(type, length, nulls, 0, buffers, children);
}

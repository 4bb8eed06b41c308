using Pile.Format;
using Pile.Reading;
using Pile.Tables;
using Pile.TestKit;
using Pile.Writing;

namespace Pile.CrossMatch.Tests.Plain;

public sealed class CarriedColumnsTests : IDisposable
{
    private const double RadiusArcsec = 900;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(MatchFind.All, MatchJoin.Inner, false, new[] { "f64", "truth" }, new[] { "u8", "f32", "A" }, Traits = ["Run", "Long"])]
    [InlineData(MatchFind.Nearest, MatchJoin.Inner, false, new[] { "*" }, new[] { "*" })]
    [InlineData(MatchFind.All, MatchJoin.Full, true, new[] { "*" }, new[] { "text", "maybe", "sum", "truth" })]
    [InlineData(MatchFind.OneToOne, MatchJoin.Xor, true, new[] { "maybe", "i8" }, new[] { "text" }, Traits = ["Run", "Long"])]
    [InlineData(MatchFind.All, MatchJoin.Left, true, new[] { "text" }, new[] { "vector" }, Traits = ["Run", "Long"])]
    public async Task A_parquet_file_agrees_with_the_same_match_written_by_DuckDB(MatchFind find, MatchJoin join,
        bool hasOthers, string[] columnsA, string[] columnsB)
    {
        await WriteAsync("a", 1, hasOthers);
        await WriteAsync("b", 2, hasOthers);
        await using Dataset a = await Dataset.OpenAsync(folder["a"], cancellationToken: TestContext.Current.CancellationToken);
        await using Dataset b = await Dataset.OpenAsync(folder["b"], cancellationToken: TestContext.Current.CancellationToken);
        CrossMatchOptions options = new()
        {
            RadiusArcsec = RadiusArcsec,
            Find = find,
            Join = join,
            ColumnsA = [.. columnsA],
            ColumnsB = [.. columnsB],
            PositionAngle = join == MatchJoin.Full,
            Workers = 2
        };
        MatchSummary summary = await CrossMatcher.MatchToFileAsync(new DatasetSide(a), new DatasetSide(b), options, folder["plain.parquet"],
            cancellationToken: TestContext.Current.CancellationToken);
        using MatchTable table = await CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b), options,
            TestContext.Current.CancellationToken);
        Assert.True(table.RowCount > 20);
        Assert.Equal(table.Summary with { Actual = null }, summary with { Actual = null });
        await TableWriter.WriteAsync(folder["general.parquet"], table.Columns, table.ReadAsync(TestContext.Current.CancellationToken),
            new TableWriteOptions { About = table.About }, TestContext.Current.CancellationToken);

        (List<string> Columns, List<string> Rows) expected = await ReadAsync("general.parquet"), found = await ReadAsync("plain.parquet");
        Assert.Equal(expected.Columns, found.Columns);
        Assert.Equal(expected.Rows, found.Rows);
        await CrossMatcher.MatchToFileAsync(new DatasetSide(a), new DatasetSide(b), options with { Workers = 3, MemoryBytes = 64 << 20 },
            folder["again.parquet"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllBytesAsync(folder["plain.parquet"], TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(folder["again.parquet"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_corrupt_tile_is_named_and_no_file_is_left()
    {
        await WriteAsync("a", 1);
        string tile = Directory.EnumerateFiles(folder["a"], "Npix=*.parquet", SearchOption.AllDirectories).First();
        using (FileStream file = new(tile, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = file.Length / 3;
            int value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }
        await using Dataset a = await Dataset.OpenAsync(folder["a"], cancellationToken: TestContext.Current.CancellationToken);
        CrossMatchOptions options = new() { RadiusArcsec = RadiusArcsec, ColumnsA = ["f64"] };
        await Assert.ThrowsAnyAsync<DatasetInvalidException>(() => CrossMatcher.MatchToFileAsync(new DatasetSide(a), new DatasetSide(a),
            options, folder["no.parquet"], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Corruption_of_bytes_that_are_read_is_always_detected()
    {
        await WriteAsync("a", 1, count: 30_000, fieldDeg: 1);
        await MatchAsync("whole.parquet");
        byte[] expected = await File.ReadAllBytesAsync(folder["whole.parquet"], TestContext.Current.CancellationToken);
        string tile = new DirectoryInfo(folder["a"]).EnumerateFiles("Npix=*.parquet", SearchOption.AllDirectories)
            .MaxBy(f => f.Length)!.FullName;
        byte[] bytes = await File.ReadAllBytesAsync(tile, TestContext.Current.CancellationToken);
        int blocks = (int)FileBlocks.CountOf(bytes.Length), found = 0;
        Assert.True(blocks >= 8);
        Random random = new(1);
        for (int block = 0; block < blocks; block++)
        {
            byte[] damaged = [.. bytes];
            damaged[random.Next(block * FileBlocks.Bytes, Math.Min(bytes.Length, (block + 1) * FileBlocks.Bytes))] ^= 0x10;
            await File.WriteAllBytesAsync(tile, damaged, TestContext.Current.CancellationToken);
            try
            {
                await MatchAsync("damaged.parquet");
                Assert.Equal(expected, await File.ReadAllBytesAsync(folder["damaged.parquet"], TestContext.Current.CancellationToken));
                File.Delete(folder["damaged.parquet"]);
            }
            catch (DatasetInvalidException e)
            {
                Assert.Contains($"bytes {block * FileBlocks.Bytes} to ", e.Message, StringComparison.Ordinal);
                found++;
            }
        }
        Assert.InRange(found, 2, blocks - 2); // blocks that contain only other columns are not read

        async Task MatchAsync(string output)
        {
            await using Dataset a = await Dataset.OpenAsync(folder["a"], cancellationToken: TestContext.Current.CancellationToken);
            await CrossMatcher.MatchToFileAsync(new DatasetSide(a), new DatasetSide(a),
                new CrossMatchOptions { RadiusArcsec = 0, ColumnsA = ["f64", "truth"] }, folder[output],
                cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Returns names, types, units, UCDs and descriptions, then each row as text, floats with all bits.</summary>
    private async Task<(List<string> Columns, List<string> Rows)> ReadAsync(string name)
    {
        List<string> rows = [];
        await using ITableReader table = await TableReader.OpenAsync(folder[name],
            cancellationToken: TestContext.Current.CancellationToken);
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add(string.Join(' ', batch.Columns.Select(c => c.IsNullAt(row) ? "null"
                    : c is TextColumnData text ? text.Text(row) : Convert.ToHexString(c.RowBytes(row)))));
        string[] standard = ["_ra", "_dec", "object_id"];
        return ([.. table.Columns.Select(c => $"{c.Name} {c.DType} {c.Unit} "
            + (standard.Any(name => c.Name.Contains(name, StringComparison.Ordinal)) ? "" : $"{c.Ucd} {c.Description}"))], rows);
    }

    /// <summary>Creates clusters of rows with a column of every type, in several tiles.</summary>
    private async Task WriteAsync(string name, int seed, bool hasOthers = false, int count = 400, double? fieldDeg = null)
    {
        ((double[] RaDeg, double[] DecDeg) sky, _) = SkyGenerators.Clumps(seed, 0.25, count);
        Random random = new(seed);
        if (fieldDeg is { } width) // one tile
            sky = ([.. sky.RaDeg.Select(_ => 20 + (width * random.NextDouble()))],
                [.. sky.DecDeg.Select(_ => 20 + (width * random.NextDouble()))]);
        List<ColumnData> columns =
        [
            new ColumnData<long>(Modality.Common.Find("object_id")!.With(DType.Int64, []),
                Enumerable.Range(0, count).Select(i => (long)i).ToArray()),
            new ColumnData<double>(Modality.Common.Find("ra")!.With(DType.Float64, []), sky.RaDeg.Select(r => r >= 360 ? 0 : r).ToArray()),
            new ColumnData<double>(Modality.Common.Find("dec")!.With(DType.Float64, []), sky.DecDeg),
        ];
        Add<bool>("truth", i => i % 3 == 0);
        Add<sbyte>("i8", i => (sbyte)random.Next());
        Add<byte>("u8", i => (byte)random.Next());
        Add<short>("i16", i => (short)random.Next());
        Add<ushort>("u16", i => (ushort)random.Next());
        Add<int>("i32", i => random.Next(int.MinValue, int.MaxValue));
        Add<uint>("u32", i => (uint)random.NextInt64());
        Add<long>("i64", i => random.NextInt64(long.MinValue, long.MaxValue));
        Add<ulong>("u64", i => (ulong)random.NextInt64(long.MinValue, long.MaxValue));
        Add<float>("f32", i => i % 7 == 0 ? float.NaN : random.NextSingle());
        Add<double>("f64", i => random.NextDouble());
        Add<double>("A", i => random.NextDouble());
        Add<double>("RA", i => random.NextDouble()); // a_RA and a_ra are equal in tables that ignore case
        List<AliasSchema> aliases = [new AliasSchema { Name = "twice", Native = "f64", Scale = 2, Unit = "2 mJy" }];
        if (hasOthers)
        {
            columns.Add(TextColumnData.From(new ColumnSchema { Name = "text", DType = DType.String },
                [.. Enumerable.Range(0, count).Select(i => $"{i}")]));
            columns.Add(new ColumnData<int>(new ColumnSchema { Name = "maybe", DType = DType.Int32 }, Enumerable.Range(0, count).ToArray(),
                Enumerable.Range(0, count).Select(i => i % 5 == 0).ToArray()));
            columns.Add(new ColumnData<float>(new ColumnSchema { Name = "vector", DType = DType.Float32, Shape = [2] },
                new float[2 * count]));
            aliases.Add(new AliasSchema { Name = "sum", Expression = "f64 + f32" });
        }
        DatasetSpec spec = new()
        {
            Name = name,
            Modality = "catalogue",
            Order = 1,
            Aliases = [.. aliases],
            Provenance = new Provenance
            {
                Project = "p",
                Survey = "s",
                Instrument = "i",
                Release = "r",
                Licence = "CC0-1.0",
                Citation = "c",
                Builder = "test",
                BuilderVersion = "1"
            },
        };
        await using DatasetWriter writer = DatasetWriter.Create(folder[name], spec, new WriterSettings { Workers = 2 });
        using (UnitSpill spill = writer.BeginUnit("u", [new SourceFile("u.fits", 42, new string('a', 64))]))
        {
            spill.Append(new RowBatch(columns));
            spill.Complete();
        }
        await writer.CommitAsync(TestContext.Current.CancellationToken);

        void Add<T>(string column, Func<int, T> value) where T : unmanaged => columns.Add(new ColumnData<T>(
            new ColumnSchema
            {
                Name = column,
                DType = DTypes.Of<T>(),
                Unit = "mJy",
                Ucd = "phot.flux",
                Description = $"<{column}> & \"more\""
            }, Enumerable.Range(0, count).Select(value).ToArray()));
    }
}

using Pile.Builders;
using Pile.Format;
using Pile.Publishing;
using Pile.Reading;
using Pile.Review;
using Pile.TestKit;

namespace Pile.Adopting.Tests;

/// <summary>Values in files that h5py has written are read through a dataset that has their locations only.</summary>
public sealed class ReferenceColumnTests : IDisposable
{
    private static readonly ColumnSchema Id = new() { Name = "object_id", DType = DType.String };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string, int> Filters() => new()
    {
        { "<f4", "{}", 0 },
        { "<f4", """{"compression": "gzip"}""", 2 },
        { "<f8", """{"compression": "gzip", "shuffle": true}""", 1 },
        { "<i2", """{"shuffle": true}""", 3 },
        { "<f4", """{"compression": "lzf"}""", 4 },
        { "<i4", """{"compression": "lzf", "shuffle": true}""", 5 },
        { ">f4", """{"compression": "gzip", "shuffle": true, "fletcher32": true}""", 1 + 8 + 16 },
        { ">i2", """{"fletcher32": true}""", 0 + 8 + 16 },
        { ">u8", """{"compression": "lzf"}""", 4 + 16 },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Rows_in_chunks_are_those_of_h5py(string dtype, string options, int codec)
    {
        ChunkedFile file = new(folder["values.h5"], dtype, [20, 7, 5], [3, 4, 2], options);
        DType type = TypeOf(dtype);
        ColumnSchema values = new() { Name = "values", DType = type, Shape = [7, 5], Storage = ColumnStorage.Reference };
        await AdoptAsync(context => [Batch(0, 20, file.Locate(values, codec, Add(context, file.Path), 0, 20, true))]);

        await using Dataset dataset = await Dataset.OpenAsync(folder["dataset"], cancellationToken: TestContext.Current.CancellationToken);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query(), cancellationToken: TestContext.Current.CancellationToken);
        int rowBytes = 35 * type.ElementBytes();
        for (int row = 0; row < rows.Count; row++)
        {
            int number = int.Parse(rows.IdAt(row).Text[4..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(file.Values.AsSpan(number * rowBytes, rowBytes), rows.ReadRow(row)["values"].RowBytes(0));
            Assert.True(rows.Column("values").IsVerified(row));
        }
        List<RowBatch> batches = await rows.ReadAllAsync(7, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        int next = 0;
        foreach (RowBatch batch in batches)
            for (int i = 0; i < batch.RowCount; i++)
                Assert.Equal(rows.ReadRow(next++)["values"].RowBytes(0), batch["values"].RowBytes(i));
        Assert.Equal(20, next);
    }

    [Fact]
    public async Task Files_of_several_units_are_numbered_one_after_another()
    {
        ChunkedFile[] files = [.. Enumerable.Range(0, 3).Select(i => new ChunkedFile(folder[$"{i}.h5"], "<f4", [8, 400], [1, 400]))];
        ColumnSchema values = new() { Name = "values", DType = DType.Float32, Shape = [400], Storage = ColumnStorage.Reference };
        await AdoptAsync([.. files.Select<ChunkedFile, Func<ArchiveContext, IEnumerable<RowBatch>>>((file, unit) => context =>
            [Batch(unit * 100, 8, file.Locate(values, 0, Add(context, file.Path), 0, 8, false))])]);

        await using Dataset dataset = await Dataset.OpenAsync(folder["dataset"], cancellationToken: TestContext.Current.CancellationToken);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(24, rows.Count);
        for (int row = 0; row < rows.Count; row++)
        {
            int number = int.Parse(rows.IdAt(row).Text[4..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(files[number / 100].Values.AsSpan(number % 100 * 1600, 1600), rows.ReadRow(row)["values"].RowBytes(0));
            Assert.False(rows.Column("values").IsVerified(row));
        }
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Values_without_checksums_are_reported_once(bool hasChecksums, int messageCount)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        ChunkedFile file = new(folder["values.h5"], "<f4", [4, 300], [1, 300]);
        ColumnSchema values = new() { Name = "values", DType = DType.Float32, Shape = [300], Storage = ColumnStorage.Reference };
        await AdoptAsync(context => [Batch(0, 4, file.Locate(values, 0, Add(context, file.Path), 0, 4, hasChecksums))]);
        List<string> ofRead = [], ofCopy = [];
        await using Dataset dataset = await Dataset.OpenAsync(folder["dataset"], new() { OnMessage = ofRead.Add }, token);
        _ = await dataset.OpenRowsAsync(dataset.Query().Columns("object_id"), cancellationToken: token);
        Assert.Empty(ofRead);
        for (int i = 0; i < 2; i++)
            _ = await dataset.OpenRowsAsync(dataset.Query(), cancellationToken: token);
        await DatasetCopy.RunAsync(folder["dataset"], folder["same"], new() { OnMessage = ofCopy.Add }, token);
        Assert.Empty(ofCopy); // nothing was read of the files
        await DatasetCopy.RunAsync(folder["dataset"], folder["stored"], new() { Materialize = true, OnMessage = ofCopy.Add }, token);
        Assert.Equal(messageCount, ofRead.Count);
        Assert.Equal(ofRead, ofCopy);
        Assert.All(ofRead, message => Assert.StartsWith($"values of 'values' of '{folder["dataset"]}' are not verified, because the "
            + "dataset has no checksums of them", message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_that_changed_vanished_or_was_cut_is_an_error_with_its_name()
    {
        ChunkedFile file = new(folder["values.h5"], "<f4", [4, 300], [1, 300]);
        ColumnSchema values = new() { Name = "values", DType = DType.Float32, Shape = [300], Storage = ColumnStorage.Reference };
        await AdoptAsync(context => [Batch(0, 4, file.Locate(values, 0, Add(context, file.Path), 0, 4, false))]);
        byte[] bytes = File.ReadAllBytes(file.Path);
        DateTime written = File.GetLastWriteTimeUtc(file.Path);

        File.SetLastWriteTimeUtc(file.Path, written.AddSeconds(1));
        Assert.Contains("was changed at", await ErrorAsync());
        File.WriteAllBytes(file.Path, bytes[..^1]);
        File.SetLastWriteTimeUtc(file.Path, written);
        Assert.Contains($"{bytes.Length - 1} bytes", await ErrorAsync());
        File.Delete(file.Path);
        Assert.Contains("missing", await ErrorAsync());
        File.WriteAllBytes(file.Path, bytes);
        File.SetLastWriteTimeUtc(file.Path, written);
        Assert.Null(await ErrorAsync());
        File.Delete(folder["dataset.mounts.yaml"]);
        Assert.Contains("for 'mount://here' (DatasetOptions.Mounts)", await ErrorAsync());
        Assert.Null(await ErrorAsync(new DatasetOptions { Mounts = new Dictionary<string, string> { ["mount://here"] = folder.Path } }));
    }

    [Fact]
    public async Task A_damaged_piece_is_found_by_its_checksum()
    {
        ChunkedFile file = new(folder["values.h5"], "<f4", [4, 300], [1, 300]);
        ColumnSchema values = new() { Name = "values", DType = DType.Float32, Shape = [300], Storage = ColumnStorage.Reference };
        await AdoptAsync(context => [Batch(0, 4, file.Locate(values, 0, Add(context, file.Path), 0, 4, true))]);
        DateTime written = File.GetLastWriteTimeUtc(file.Path);
        byte[] bytes = File.ReadAllBytes(file.Path);
        bytes[^5] ^= 1;
        File.WriteAllBytes(file.Path, bytes);
        File.SetLastWriteTimeUtc(file.Path, written);

        Assert.Contains("CRC-32C", await ErrorAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dataset_over_other_files_is_valid_and_its_materialized_copy_is_equal(bool hasChecksums)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        ChunkedFile file = new(folder["values.h5"], ">f4", [40, 30, 10], [7, 11, 10], """{"compression": "gzip", "shuffle": true}""");
        ColumnSchema values = new() { Name = "values", DType = DType.Float32, Shape = [30, 10], Storage = ColumnStorage.Reference };
        await AdoptAsync(context => [Batch(0, 40, file.Locate(values, 17, Add(context, file.Path), 0, 40, hasChecksums))]);

        ValidationReport report = await DatasetValidator.ValidateAsync(folder["dataset"], new() { Deep = true }, token);
        Assert.True(report.IsValid, string.Join('\n', report.Findings));
        Assert.Equal(hasChecksums ? [] : ["R004"], report.Findings.Select(f => f.Code));
        await using Dataset dataset = await Dataset.OpenAsync(folder["dataset"], cancellationToken: token);
        ReferenceFacts? facts = await ReferenceFacts.OfAsync(dataset, token);
        Assert.Equal([new ReferenceFacts.Column("values", 40, hasChecksums ? 40 : 0)], facts!.Columns);
        Assert.Equal((1, new FileInfo(file.Path).Length), (facts.Files, facts.Bytes));

        await DatasetCopy.RunAsync(folder["dataset"], folder["copy"], new CopyOptions { Materialize = true }, token);
        File.Delete(file.Path);
        ValidationReport copied = await DatasetValidator.ValidateAsync(folder["copy"], new() { Deep = true }, token);
        Assert.True(copied.IsValid, string.Join('\n', copied.Findings));
        Assert.Empty(copied.Findings);
        await using Dataset copy = await Dataset.OpenAsync(folder["copy"], cancellationToken: token);
        Assert.Null(await ReferenceFacts.OfAsync(copy, token));
        RowReader rows = await copy.OpenRowsAsync(copy.Query(), cancellationToken: token);
        for (int row = 0; row < rows.Count; row++)
        {
            int number = int.Parse(rows.IdAt(row).Text[4..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(file.Values.AsSpan(number * 1200, 1200), rows.ReadRow(row)["values"].RowBytes(0));
        }
    }

    [Fact]
    public async Task Validation_finds_changed_files_wrong_pieces_and_damaged_values()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        ChunkedFile file = new(folder["values.h5"], "<f4", [4, 300], [1, 300]);
        ColumnSchema values = new() { Name = "values", DType = DType.Float32, Shape = [300], Storage = ColumnStorage.Reference };
        await AdoptAsync(context => [Batch(0, 4, file.Locate(values, 0, Add(context, file.Path), 0, 4, true))]);
        DateTime written = File.GetLastWriteTimeUtc(file.Path);
        byte[] bytes = File.ReadAllBytes(file.Path), damaged = [.. bytes];
        damaged[^5] ^= 1;

        File.WriteAllBytes(file.Path, damaged);
        File.SetLastWriteTimeUtc(file.Path, written);
        Assert.Equal(["S004"], await CodesAsync(deep: true));
        Assert.Empty(await CodesAsync(deep: false));
        File.WriteAllBytes(file.Path, bytes);
        File.SetLastWriteTimeUtc(file.Path, written.AddSeconds(1));
        Assert.Equal(["R002"], await CodesAsync(deep: false));
        File.Delete(file.Path);
        Assert.Equal(["R002"], await CodesAsync(deep: false));
        File.Delete(folder["dataset.mounts.yaml"]);
        Assert.Equal(["R003"], await CodesAsync(deep: true));

        async Task<IEnumerable<string>> CodesAsync(bool deep) =>
            (await DatasetValidator.ValidateAsync(folder["dataset"], new() { Deep = deep }, token)).Findings.Select(f => f.Code);
    }

    [Fact]
    public async Task Validation_names_each_place_that_is_not_mounted()
    {
        ChunkedFile file = new(folder["values.h5"], "<f4", [4, 300], [1, 300]);
        ColumnSchema values = new() { Name = "values", DType = DType.Float32, Shape = [300], Storage = ColumnStorage.Reference };
        string[] uris = ["mount://here/values.h5", "mount://there/a.h5", "s3://far/a/b.h5", "mount://there/b.h5"];
        await AdoptAsync(context => [.. uris.Select((uri, i) => Batch(i, 1, file.Locate(values,
            context.AddFile(new ReferencedFile(uri, new FileInfo(file.Path).Length)), 0, i, 1, true)))]);

        ValidationReport report = await DatasetValidator.ValidateAsync(folder["dataset"], cancellationToken:
            TestContext.Current.CancellationToken);
        Assert.Equal([("R003", 1L), ("R003", 2L)], report.Findings.Select(f => (f.Code, f.Row ?? -1)));
    }

    [Fact]
    public async Task A_part_of_a_dataset_over_other_files_is_taken_only_if_it_is_materialized()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        ChunkedFile file = new(folder["values.h5"], "<f4", [4, 300], [1, 300]);
        ColumnSchema values = new() { Name = "values", DType = DType.Float32, Shape = [300], Storage = ColumnStorage.Reference };
        await AdoptAsync(context => [Batch(0, 4, file.Locate(values, 0, Add(context, file.Path), 0, 4, true))]);

        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => DatasetCopy.RunAsync(folder["dataset"], folder["part"],
            new CopyOptions { Where = "object_id = 'row-2'" }, token));
        Assert.Contains("CopyOptions.Materialize", e.Message);
        await DatasetCopy.RunAsync(folder["dataset"], folder["part"],
            new CopyOptions { Where = "object_id = 'row-2'", Materialize = true }, token);
        await using Dataset part = await Dataset.OpenAsync(folder["part"], cancellationToken: token);
        RowReader rows = await part.OpenRowsAsync(part.Query(), cancellationToken: token);
        Assert.Equal(file.Values.AsSpan(2400, 1200), rows.ReadRow(0)["values"].RowBytes(0));
    }

    [Fact]
    public async Task A_complete_copy_stays_over_the_same_files()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        ChunkedFile file = new(folder["values.h5"], "<f4", [4, 300], [1, 300]);
        ColumnSchema values = new() { Name = "values", DType = DType.Float32, Shape = [300], Storage = ColumnStorage.Reference };
        await AdoptAsync(context => [Batch(0, 4, file.Locate(values, 0, Add(context, file.Path), 0, 4, true))]);

        await DatasetCopy.RunAsync(folder["dataset"], folder["copy"], cancellationToken: token);
        Assert.False(File.Exists(folder["copy.mounts.yaml"]));
        await using Dataset copy = await Dataset.OpenAsync(folder["copy"],
            new DatasetOptions { Mounts = new Dictionary<string, string> { ["mount://here"] = folder.Path } }, token);
        RowReader rows = await copy.OpenRowsAsync(copy.Query().Where("object_id = 'row-3'"), cancellationToken: token);
        Assert.Equal(file.Values.AsSpan(3600, 1200), rows.ReadRow(0)["values"].RowBytes(0));
    }

    private async Task<string?> ErrorAsync(DatasetOptions? options = null)
    {
        await using Dataset dataset = await Dataset.OpenAsync(folder["dataset"], options, TestContext.Current.CancellationToken);
        try
        {
            RowReader rows = await dataset.OpenRowsAsync(dataset.Query(), cancellationToken: TestContext.Current.CancellationToken);
            for (int row = 0; row < rows.Count; row++)
                _ = rows.ReadRow(row);
            return null;
        }
        catch (SourceUnreadableException e)
        {
            return e.Message;
        }
    }

    private static RowBatch Batch(int first, int count, ReferenceColumnData values) =>
        new([TextColumnData.From(Id, [.. Enumerable.Range(first, count).Select(i => $"row-{i}")]), values]);

    private int Add(ArchiveContext context, string path) => context.AddFile(
        new ReferencedFile($"mount://here/{Path.GetRelativePath(folder.Path, path)}", new FileInfo(path).Length)
        {
            ModifiedMicros = (File.GetLastWriteTimeUtc(path) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        });

    private Task<Writing.BuildSummary> AdoptAsync(params Func<ArchiveContext, IEnumerable<RowBatch>>[] units)
    {
        HandmadeArchive archive = new(new DatasetFacts { Modality = "catalogue", Frame = null }, units);
        return AdoptRun.RunAsync(archive, folder["dataset"], Archives.Settings with
        {
            Mounts = new Dictionary<string, string> { ["mount://here"] = folder.Path },
        }, TestContext.Current.CancellationToken);
    }

    private static DType TypeOf(string numpy) => numpy[1..] switch
    {
        "f4" => DType.Float32,
        "f8" => DType.Float64,
        "i2" => DType.Int16,
        "i4" => DType.Int32,
        _ => DType.UInt64,
    };
}

using Pile.Format;
using Pile.TestKit;

namespace Pile.Publishing.Tests;

/// <summary>Behaviour common to all formats: names, rejected requests, duplicate rows.</summary>
public sealed class RowFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_existing_file_is_kept_and_nothing_else_is_written()
    {
        string path = Path.Combine(folder.Path, "obj-2.big.npy");
        await File.WriteAllTextAsync(path, "mine", TestContext.Current.CancellationToken);
        OutputExistsException e = await Assert.ThrowsAsync<OutputExistsException>(() => Rows.WriteAsync(Rows.Batch, ["big"], folder.Path));
        Assert.Equal(path, e.Path);
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal("mine", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task With_expected_ids_an_existing_file_is_detected_before_a_row_is_read()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "obj-2.big.npy"), "mine", TestContext.Current.CancellationToken);
        bool read = false;
        await Assert.ThrowsAsync<OutputExistsException>(() => RowFiles.WriteAsync(Counting(), Rows.Manifest, ["big"], folder.Path,
            expectedIds: [.. Rows.Ids.Select(id => new ObjectId(id))], cancellationToken: TestContext.Current.CancellationToken));
        Assert.False(read);

        async IAsyncEnumerable<RowBatch> Counting()
        {
            read = true;
            await Task.Yield();
            yield return Rows.Batch;
        }
    }

    [Fact]
    public async Task A_file_name_that_is_too_long_is_named_as_the_cause()
    {
        string id = new('é', 50); // percent-encoded, 300 bytes
        ColumnData[] columns = [.. Rows.Batch.First(1).Columns.Select(c => c.Schema.Name == "object_id"
            ? TextColumnData.From(c.Schema, [id]) : c)];
        OutputUnwritableException e = await Assert.ThrowsAsync<OutputUnwritableException>(
            () => Rows.WriteAsync(new RowBatch(columns), ["big"], folder["out"]));
        Assert.EndsWith("big.npy: the file name, which has the percent-encoded id, is too long for the file system: 308 bytes, "
            + "of at most 255. Write all rows to one file instead.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_duplicate_row_is_written_once()
    {
        RowFilesSummary summary = await RowFiles.WriteAsync(Rows.Of(Rows.Batch, Rows.Batch.First(1)), Rows.Manifest, ["big", "z"],
            folder["new/folder"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((2, 1, 3), (summary.Rows, summary.Missing, summary.Files.Length));
        Assert.All(summary.Files, file => Assert.True(File.Exists(file)));
    }

    [Theory]
    [InlineData("nothing", "There is no column 'nothing'. ")]
    [InlineData("big,big", "'big' is specified twice")]
    public async Task Invalid_columns_are_rejected(string columns, string expected)
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            () => Rows.WriteAsync(Rows.Batch, columns.Split(','), folder["out"]));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public async Task Rows_without_a_companion_column_are_rejected()
    {
        RowBatch bare = new([Rows.Batch["object_id"], Rows.Batch["image_array"]]);
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            () => Rows.WriteAsync(bare, ["image_array"], folder["out"], new RowFileOptions { Format = RowFileFormat.Fits }));
        Assert.Contains(nameof(RowFiles.ColumnsToRead), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_are_columns_of_the_standard_view_only()
    {
        Manifest manifest = Rows.Manifest with { Aliases = [new AliasSchema { Name = "redshift", Native = "z" }] };
        Assert.Equal(["object_id", "redshift"], RowFiles.ColumnsToRead(manifest, ["redshift"]));
        Assert.Throws<ArgumentException>(() => RowFiles.ColumnsToRead(manifest, ["redshift"], new RowFileOptions { Native = true }));
    }

    [Fact]
    public async Task Integer_ids_are_used_unchanged_in_file_names()
    {
        RowBatch batch = new([new ColumnData<long>(new ColumnSchema { Name = "object_id", DType = DType.Int64 },
            new[] { -39627733830533381L, 7 }), Rows.Batch["big"]]);
        RowFilesSummary summary = await Rows.WriteAsync(batch, ["big"], folder["out"]);
        Assert.Equal(["-39627733830533381.big.npy", "7.big.npy"], summary.Files.Select(f => Path.GetFileName(f)!));
    }

    [Fact]
    public async Task Cancellation_ends_the_search_for_existing_files()
    {
        Directory.CreateDirectory(folder["out"]);
        await File.WriteAllTextAsync(folder["out/other.txt"], "mine", TestContext.Current.CancellationToken);
        using CancellationTokenSource cancelled = new();
        int given = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RowFiles.WriteAsync(Rows.Of(Rows.Batch), Rows.Manifest, ["big"],
            folder["out"], expectedIds: Ids(), cancellationToken: cancelled.Token));
        Assert.InRange(given, 10, 20);

        IEnumerable<ObjectId> Ids()
        {
            for (; given < 1000; given++)
            {
                if (given == 10)
                    cancelled.Cancel();
                yield return new ObjectId(given);
            }
        }
    }

    [Fact]
    public async Task Existing_files_are_not_searched_in_a_new_folder()
    {
        await RowFiles.WriteAsync(Rows.Of(Rows.Batch), Rows.Manifest, ["big"], folder["out"], expectedIds: Ids(),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Rows.Ids.Length, Directory.GetFiles(folder["out"]).Length);

        static IEnumerable<ObjectId> Ids()
        {
            Assert.Fail("An id was searched for.");
            yield break;
        }
    }

    [Fact]
    public async Task Cancellation_leaves_only_complete_files()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RowFiles.WriteAsync(Rows.Of(Rows.Batch), Rows.Manifest, ["big"], folder["out"], cancellationToken: cancelled.Token));
        Assert.Empty(Directory.Exists(folder["out"]) ? Directory.GetFiles(folder["out"]) : []);
    }
}

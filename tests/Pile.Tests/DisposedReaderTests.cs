using Pile.Format;
using Pile.Reading;
using Pile.Tables;

namespace Pile.Tests;

/// <summary>Tables and statements that are read end when they are disposed, with the name of the public type.</summary>
public sealed class DisposedReaderTests : IDisposable
{
    private readonly TemporaryTables tables = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => tables.Dispose();

    private static ColumnSchema Number => new() { Name = "x", DType = DType.Int64 };

    [Theory]
    [InlineData(".csv")]
    [InlineData(".tsv")]
    [InlineData(".ecsv")]
    [InlineData(".jsonl")]
    [InlineData(".vot")]
    [InlineData(".fits")]
    [InlineData(".parquet")]
    public async Task A_disposed_table_cannot_be_read(string extension)
    {
        string path = await tables.WriteAsync("names", "") + extension;
        await TableWriter.WriteAsync(path, [Number],
            ((RowBatch[])[new RowBatch([new ColumnData<long>(Number, new long[3])])]).ToAsyncEnumerable(), cancellationToken: Cancellation);
        ITableReader table = await TableReader.OpenAsync(path, cancellationToken: Cancellation);
        await using IAsyncEnumerator<RowBatch> before = table.ReadAsync(cancellationToken: Cancellation).GetAsyncEnumerator(Cancellation),
            during = table.ReadAsync(cancellationToken: Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await during.MoveNextAsync());
        await table.DisposeAsync();
        Check(await Assert.ThrowsAsync<ObjectDisposedException>(async () => await before.MoveNextAsync()));
        Check(await Assert.ThrowsAsync<ObjectDisposedException>(async () => await during.MoveNextAsync()));
        Check(Assert.Throws<ObjectDisposedException>(() => table.ReadAsync(cancellationToken: Cancellation)));

        static void Check(ObjectDisposedException e) => Assert.Equal("Pile.Tables.ITableReader", e.ObjectName);
    }

    [Fact]
    public async Task Disposing_a_dataset_ends_a_statement_in_progress()
    {
        Dataset stars = await tables.BuildAsync("stars", "id,ra,dec,mag\n1,200,10,5\n2,210,-20,6\n");
        await using IAsyncEnumerator<RowBatch> batches = stars.SqlAsync("SELECT unnest(range(100000)) AS n FROM d",
            cancellationToken: Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await batches.MoveNextAsync());
        await stars.DisposeAsync();
        Assert.Equal("Pile.Reading.Dataset",
            (await Assert.ThrowsAsync<ObjectDisposedException>(async () => await batches.MoveNextAsync())).ObjectName);
    }
}

using Pile.Bench.Harness;
using Pile.Format;
using Pile.Tables;

namespace Pile.Bench.Benchmarks;

/// <summary>Creates catalogues as Parquet files, the input of whole-process benchmarks. They are kept and not timed.</summary>
internal static class ParquetInput
{
    private const int BatchRows = 65_536;

    /// <summary>Writes the file if it does not exist. The file is complete or missing, never partial.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="batch">Creates the rows of a batch from the number of the first row and the number of rows.</param>
    internal static async Task MakeAsync(string path, int rowCount, Func<int, int, RowBatch> batch)
    {
        if (File.Exists(path))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Progress.Say($"  making input: {Path.GetRelativePath(Folders.Root, path)}");
        await TableWriter.WriteAsync(path, [.. batch(0, 1).Columns.Select(c => c.Schema)], Batches(rowCount, batch));
    }

    internal static ColumnData<T> Column<T>(string name, DType type, T[] values, string unit = "") where T : unmanaged =>
        new(new ColumnSchema { Name = name, DType = type, Unit = unit }, values);

    // Runs on the caller's thread. The values depend only on the row.
#pragma warning disable CS1998 // an asynchronous stream without a wait in it
    private static async IAsyncEnumerable<RowBatch> Batches(int rowCount, Func<int, int, RowBatch> batch)
    {
        for (int first = 0; first < rowCount; first += BatchRows)
            yield return batch(first, Math.Min(BatchRows, rowCount - first));
    }
#pragma warning restore CS1998
}

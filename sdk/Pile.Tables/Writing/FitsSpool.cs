using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;
using Pile.Tables.Opening;
using Pile.Tables.Parquet;

namespace Pile.Tables.Writing;

/// <summary>Stores the rows of a FITS table in a temporary Parquet file until its header can be written.</summary>
internal sealed class FitsSpool : IDisposable
{
    private readonly ImmutableArray<ColumnSchema> columns;
    private readonly FitsColumnProfile[] profiles;
    private readonly string path;
    private readonly ParquetSink sink;

    internal FitsSpool(ImmutableArray<ColumnSchema> columns)
    {
        (this.columns, profiles) = (columns, [.. columns.Select(_ => new FitsColumnProfile())]);
        path = TemporaryPath.InSystemFolder("fits") + ".parquet";
        sink = new ParquetSink(path, columns, names: [.. columns.Select((_, i) => $"c{i}")], isCompressed: false, isFlat: true);
    }

    internal void Add(ColumnData[] columns, int rowCount)
    {
        Parallel.For(0, columns.Length, i => profiles[i].Add(columns[i]));
        sink.Write(columns, rowCount);
    }

    /// <summary>Completes the writing.</summary>
    /// <returns>The number of rows.</returns>
    internal long Complete(CancellationToken cancellationToken) => sink.Complete(cancellationToken);

    /// <summary>Defines the columns according to their values.</summary>
    internal FitsColumnDefinition[] Define()
    {
        bool isHeapLarge = profiles.Sum(p => p.HeapBytes) > int.MaxValue;
        return [.. columns.Select((column, i) => profiles[i].Define(column, isHeapLarge))];
    }

    /// <summary>Reads the rows in order.</summary>
    internal IEnumerable<RowBatch> ReadAll(CancellationToken cancellationToken)
    {
        using ParquetTable spooled = ParquetTable.Open(TablePath.Parse(path), TableReadOptions.Strict, cancellationToken);
        foreach (RowBatch batch in spooled.ReadAll(cancellationToken))
            yield return batch;
    }

    public void Dispose()
    {
        sink.Dispose();
        TemporaryPath.Delete(path);
    }
}

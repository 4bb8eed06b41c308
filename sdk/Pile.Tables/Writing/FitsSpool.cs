using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;
using Pile.Tables.Opening;
using Pile.Tables.Parquet;

namespace Pile.Tables.Writing;

/// <summary>Stores the rows of a FITS table in a temporary Parquet file until its header can be written.</summary>
internal sealed class FitsSpool : IDisposable
{
    private readonly ImmutableArray<ColumnSchema> _columns;
    private readonly FitsColumnProfile[] _profiles;
    private readonly string _path;
    private readonly ParquetSink _sink;

    internal FitsSpool(ImmutableArray<ColumnSchema> columns)
    {
        (_columns, _profiles) = (columns, [.. columns.Select(_ => new FitsColumnProfile())]);
        _path = TemporaryPath.InSystemFolder("fits") + ".parquet";
        _sink = new ParquetSink(_path, columns, names: [.. columns.Select((_, i) => $"c{i}")], isCompressed: false);
    }

    internal void Add(ColumnData[] columns, int rowCount)
    {
        Parallel.For(0, columns.Length, i => _profiles[i].Add(columns[i]));
        _sink.Write(columns, rowCount);
    }

    /// <summary>Completes the writing.</summary>
    /// <returns>The number of rows.</returns>
    internal long Complete(CancellationToken cancellationToken) => _sink.Complete(cancellationToken);

    /// <summary>Defines the columns according to their values.</summary>
    internal FitsColumnDefinition[] Define()
    {
        bool isHeapLarge = _profiles.Sum(p => p.HeapBytes) > int.MaxValue;
        return [.. _columns.Select((column, i) => _profiles[i].Define(column, isHeapLarge))];
    }

    /// <summary>Reads the rows in order.</summary>
    internal IEnumerable<RowBatch> ReadAll(CancellationToken cancellationToken)
    {
        using ParquetTable spooled = ParquetTable.Open(TablePath.Parse(_path));
        foreach (RowBatch batch in spooled.ReadAll(cancellationToken))
            yield return batch;
    }

    public void Dispose()
    {
        _sink.Dispose();
        TemporaryPath.Delete(_path);
    }
}

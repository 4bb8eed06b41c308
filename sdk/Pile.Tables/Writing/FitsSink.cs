using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;
using Pile.Tables.Opening;
using Pile.Tables.Parquet;

namespace Pile.Tables.Writing;

/// <summary>Writes a FITS binary table. The number of rows, the widths of text and the null values stand in its header, before any row:
/// so rows go into a temporary Parquet file first.</summary>
internal sealed class FitsSink : ITableSink
{
    private readonly string _aside;
    private readonly string _path;
    private readonly ImmutableArray<ColumnSchema> _columns;
    private readonly FitsColumnProfile[] _profiles;
    private readonly string _spoolPath;
    private readonly ParquetSink _spool;
    private readonly TableAbout? _about;

    internal FitsSink(string aside, string path, ImmutableArray<ColumnSchema> columns, TableAbout? about)
    {
        (_aside, _path, _columns, _about) = (aside, path, columns, about);
        if (columns.FirstOrDefault(c => c.IsRagged && (c.Shape.Length > 1 || c.DType is DType.String)) is { } ragged)
            throw new ArgumentException($"Column '{ragged.Name}' holds {(ragged.DType is DType.String ? "texts of differing number" : "arrays that differ along one of several axes")}, for which FITS has no form. Write Parquet or ECSV, or leave the column out.");
        _profiles = [.. columns.Select((_, i) => new FitsColumnProfile())];
        _spoolPath = TemporaryPath.InSystemFolder("fits") + ".parquet";
        _spool = new ParquetSink(_spoolPath, columns, names: [.. columns.Select((_, i) => $"c{i}")], isCompressed: false);
    }

    public void Write(ColumnData[] columns, int rowCount)
    {
        Parallel.For(0, columns.Length, i => _profiles[i].Add(columns[i]));
        _spool.Write(columns, rowCount);
    }

    public long Complete(CancellationToken cancellationToken)
    {
        long rowCount = _spool.Complete(cancellationToken);
        bool isHeapLarge = _profiles.Sum(p => p.HeapBytes) > int.MaxValue;
        FitsColumnDefinition[] definitions = [.. _columns.Select((column, i) => _profiles[i].Define(column, isHeapLarge))];
        using FitsWriter writer = FitsWriter.Create(_aside);
        FitsTableWriter table = writer.BeginTable(null, definitions, rowCount, FitsHead.Cards(_columns, _about));
        using (ParquetTable spooled = ParquetTable.Open(TablePath.Parse(_spoolPath)))
        {
            long row = 0;
            FitsBlocks? blocks = definitions.All(FitsBlocks.CanHold) ? new FitsBlocks(definitions) : null;
            foreach (RowBatch batch in spooled.ReadAll(cancellationToken))
            {
                for (int i = 0; i < definitions.Length; i++)
                    if (blocks is not null)
                        FitsBlocks.RequireAscii(batch.Columns[i], row, _path, _columns[i].Name);
                    else
                        FitsRows.Write(table, i, definitions[i], batch.Columns[i], row, _path, _columns[i].Name);
                if (blocks is not null)
                    table.WriteRows(row, blocks.Format(batch.Columns, batch.RowCount));
                row += batch.RowCount;
            }
        }
        writer.Close();
        return rowCount;
    }

    public void Dispose()
    {
        _spool.Dispose();
        TemporaryPath.Delete(_spoolPath);
    }
}

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

    internal FitsSink(string aside, string path, ImmutableArray<ColumnSchema> columns)
    {
        (_aside, _path, _columns) = (aside, path, columns);
        if (columns.FirstOrDefault(c => c.IsRagged) is { } ragged)
            throw new ArgumentException($"Column '{ragged.Name}' holds arrays of differing length, which are not written to FITS. Write Parquet, VOTable or ECSV, or leave the column out.");
        if (columns.FirstOrDefault(c => c.DType is DType.String && !c.IsScalar) is { } texts)
            throw new ArgumentException($"Column '{texts.Name}' holds arrays of text, which are not written to FITS. Write another format, or leave the column out.");
        _profiles = [.. columns.Select((_, i) => new FitsColumnProfile())];
        _spoolPath = Path.Combine(Path.GetTempPath(), $"pile-{Guid.NewGuid():N}.parquet");
        _spool = new ParquetSink(_spoolPath, columns, [.. columns.Select((_, i) => $"c{i}")]);
    }

    public void Write(ColumnData[] columns, int rowCount)
    {
        for (int i = 0; i < columns.Length; i++)
            _profiles[i].Add(columns[i]);
        _spool.Write(columns, rowCount);
    }

    public long Complete(CancellationToken cancellationToken)
    {
        long rowCount = _spool.Complete(cancellationToken);
        FitsColumnDefinition[] definitions = [.. _columns.Select((column, i) => _profiles[i].Define(column))];
        using FitsWriter writer = FitsWriter.Create(_aside);
        FitsTableWriter table = writer.BeginTable(null, definitions, rowCount);
        using (ParquetTable spooled = ParquetTable.Open(TablePath.Parse(_spoolPath)))
        {
            long row = 0;
            foreach (RowBatch batch in spooled.ReadAll(cancellationToken))
            {
                for (int i = 0; i < definitions.Length; i++)
                    FitsRows.Write(table, i, definitions[i], batch.Columns[i], row, _path, _columns[i].Name);
                row += batch.RowCount;
            }
        }
        writer.Close();
        return rowCount;
    }

    public void Dispose()
    {
        _spool.Dispose();
        File.Delete(_spoolPath);
    }
}

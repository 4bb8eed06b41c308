using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Writes a FITS binary table.</summary>
/// <remarks>
/// The header contains the widths of text and the null values of integers, and precedes the rows. A table without such columns is written
/// batch by batch; the rows of other tables are stored in a temporary file first.
/// </remarks>
internal sealed class FitsSink : ITableSink
{
    private readonly ImmutableArray<ColumnSchema> _columns;
    private readonly string _aside;
    private readonly string _path;
    private readonly TableAbout? _about;
    private readonly FitsSpool? _spool;
    private FitsWriter? _writer;
    private FormattedRows? _rows;

    internal FitsSink(string aside, string path, ImmutableArray<ColumnSchema> columns, TableAbout? about)
    {
        (_aside, _path, _columns, _about) = (aside, path, columns, about);
        if (columns.FirstOrDefault(c => c.IsRagged && (c.Shape.Length > 1 || c.DType is DType.String)) is { } ragged)
            throw new ArgumentException($"Column '{ragged.Name}' contains {(ragged.DType is DType.String ? "a varying number of texts"
                : "arrays that differ along one of several axes")}, which FITS does not support. "
                + "Use Parquet or ECSV, or leave the column out.");
        if (columns.All(FitsColumnProfile.IsKnownBefore))
            Begin([.. columns.Select(c => new FitsColumnProfile().Define(c, isHeapLarge: false))], rowCount: null);
        else
            _spool = new FitsSpool(columns);
    }

    public void Write(ColumnData[] columns, int rowCount)
    {
        if (_spool is null)
            _rows!.Add(columns, rowCount);
        else
            _spool.Add(columns, rowCount);
    }

    public long Complete(CancellationToken cancellationToken)
    {
        long rowCount = _rows?.Count ?? 0;
        if (_spool is not null)
        {
            rowCount = _spool.Complete(cancellationToken);
            FitsColumnDefinition[] definitions = _spool.Define();
            FitsTableWriter table = Begin(definitions, rowCount);
            long row = 0;
            foreach (RowBatch batch in _spool.ReadAll(cancellationToken))
            {
                ColumnData[] columns = [.. batch.Columns];
                _rows?.Add(columns, batch.RowCount);
                for (int i = 0; _rows is null && i < definitions.Length; i++)
                    FitsRows.Write(table, i, definitions[i], columns[i], row, _path, _columns[i].Name);
                row += batch.RowCount;
            }
        }
        _rows?.Complete();
        _writer!.Close();
        return rowCount;
    }

    public void Dispose()
    {
        _rows?.Dispose();
        _writer?.Dispose();
        _spool?.Dispose();
    }

    private FitsTableWriter Begin(FitsColumnDefinition[] definitions, long? rowCount)
    {
        _writer = FitsWriter.Create(_aside);
        FitsTableWriter table;
        try
        {
            table = _writer.BeginTable(null, definitions, rowCount, FitsHead.Cards(_columns, _about));
        }
        catch
        {
            _writer.Dispose(); // not disposed elsewhere if the constructor throws
            throw;
        }
        if (definitions.All(FitsBlocks.CanHold))
            _rows = new FormattedRows(() => new FitsBlocks(definitions,
                (column, row, utf8) => FitsRows.NotAscii(_path, row, _columns[column].Name, utf8)),
                table.AppendRows);
        return table;
    }
}

using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Writes a FITS binary table.</summary>
/// <remarks>
/// The header contains the widths of text and the lengths of arrays, and precedes the rows. A table without such columns is written batch
/// by batch; the rows of other tables are stored in a temporary file first.
/// </remarks>
internal sealed class FitsSink : ITableSink
{
    private readonly ImmutableArray<ColumnSchema> columns;
    private readonly string aside;
    private readonly string path;
    private readonly TableAbout? about;
    private readonly FitsSpool? spool;
    private readonly FitsNulls? nulls;
    private FitsWriter? writer;
    private FitsTableWriter? table;
    private FormattedRows? rows;

    internal FitsSink(string aside, string path, ImmutableArray<ColumnSchema> columns, TableAbout? about)
    {
        (this.aside, this.path, this.about) = (aside, path, about);
        this.columns = columns = [.. columns.Select(FitsWidening.Of)];
        if (columns.All(FitsColumnProfile.IsKnownBefore))
        {
            nulls = new FitsNulls(columns);
            table = Begin([.. columns.Select(FitsColumnProfile.DefineBefore)], rowCount: null);
        }
        else
            spool = new FitsSpool(columns);
    }

    public void Write(ColumnData[] columns, int rowCount)
    {
        columns = [.. columns.Zip(this.columns, FitsWidening.Of)];
        if (spool is null)
        {
            nulls!.Add(columns);
            rows!.Add(columns, rowCount);
        }
        else
            spool.Add(columns, rowCount);
    }

    public long Complete(CancellationToken cancellationToken)
    {
        long rowCount = rows?.Count ?? 0;
        if (spool is not null)
        {
            rowCount = spool.Complete(cancellationToken);
            FitsColumnDefinition[] definitions = spool.Define();
            table = Begin(definitions, rowCount);
            long row = 0;
            foreach (RowBatch batch in spool.ReadAll(cancellationToken))
            {
                rows?.Add([.. batch.Columns], batch.RowCount);
                for (int i = 0; rows is null && i < definitions.Length; i++)
                    FitsRows.Write(table, i, definitions[i], batch.Columns[i], row, path, columns[i].Name);
                row += batch.RowCount;
            }
        }
        rows?.Complete();
        nulls?.Correct(table!);
        writer!.Close();
        return rowCount;
    }

    public void Dispose()
    {
        rows?.Dispose();
        writer?.Dispose();
        spool?.Dispose();
    }

    private FitsTableWriter Begin(FitsColumnDefinition[] definitions, long? rowCount)
    {
        writer = FitsWriter.Create(aside);
        FitsTableWriter begun;
        try
        {
            begun = writer.BeginTable(null, definitions, rowCount, FitsHead.Cards(columns, about));
        }
        catch
        {
            writer.Dispose(); // not disposed elsewhere if the constructor throws
            throw;
        }
        if (definitions.All(FitsBlocks.CanHold))
            rows = new FormattedRows(() => new FitsBlocks(definitions,
                (column, row, utf8) => FitsRows.NotAscii(path, row, columns[column].Name, utf8)),
                begun.AppendRows);
        return begun;
    }
}

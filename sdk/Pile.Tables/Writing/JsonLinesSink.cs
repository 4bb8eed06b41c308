using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Writes JSON Lines: an object for each row, with all columns.</summary>
internal sealed class JsonLinesSink : ITableSink
{
    private readonly TextFile file;
    private readonly FormattedRows rows;

    /// <param name="file">The file.</param>
    /// <param name="path">Its path, for messages.</param>
    internal JsonLinesSink(TextFile file, string path) =>
        (this.file, rows) = (file, new FormattedRows(() => new JsonRows(path), file.Write));

    public void Write(ColumnData[] columns, int rowCount) => rows.Add(columns, rowCount);

    public long Complete(CancellationToken cancellationToken)
    {
        rows.Complete();
        file.Complete();
        return rows.Count;
    }

    public void Dispose()
    {
        rows.Dispose();
        file.Dispose();
    }
}

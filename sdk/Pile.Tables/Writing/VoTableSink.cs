using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Writes a VOTable 1.4 with its rows as TABLEDATA. A missing value is an empty cell.</summary>
internal sealed class VoTableSink : ITableSink
{
    private readonly TextFile file;
    private readonly FormattedRows rows;
    private readonly byte[] tail;

    internal VoTableSink(TextFile file, string path, ImmutableArray<ColumnSchema> columns, TableAbout? about)
    {
        string whole = VoTableMarkup.WithoutRows(columns, about);
        int end = whole.LastIndexOf("</TABLE>", StringComparison.Ordinal);
        string head = whole[..end].TrimEnd();
        tail = Encoding.UTF8.GetBytes("   </TABLEDATA>\n   </DATA>\n  " + whole[end..] + "\n");
        this.file = file;
        rows = new FormattedRows(() => new VoTableRows(path), file.Write);
        file.Buffer.Write(Encoding.UTF8.GetBytes(head + "\n   <DATA>\n   <TABLEDATA>\n"));
    }

    public void Write(ColumnData[] columns, int rowCount) => rows.Add(columns, rowCount);

    public long Complete(CancellationToken cancellationToken)
    {
        rows.Complete();
        file.Buffer.Write(tail);
        file.Complete();
        return rows.Count;
    }

    public void Dispose()
    {
        rows.Dispose();
        file.Dispose();
    }
}

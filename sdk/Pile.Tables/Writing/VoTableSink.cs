using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Writes a VOTable 1.4 with its rows as TABLEDATA. A missing value is an empty cell.</summary>
internal sealed class VoTableSink : ITableSink
{
    private readonly TextFile _file;
    private readonly FormattedRows _rows;
    private readonly byte[] _tail;

    internal VoTableSink(string aside, string path, ImmutableArray<ColumnSchema> columns, TableAbout? about, bool isGzip)
    {
        string whole = VoTableMarkup.WithoutRows(columns, about);
        int end = whole.LastIndexOf("</TABLE>", StringComparison.Ordinal);
        string head = whole[..end].TrimEnd();
        _tail = Encoding.UTF8.GetBytes("   </TABLEDATA>\n   </DATA>\n  " + whole[end..] + "\n");
        _file = new TextFile(aside, isGzip);
        _rows = new FormattedRows(() => new VoTableRows(path), _file.Write);
        _file.Buffer.Write(Encoding.UTF8.GetBytes(head + "\n   <DATA>\n   <TABLEDATA>\n"));
    }

    public void Write(ColumnData[] columns, int rowCount) => _rows.Add(columns, rowCount);

    public long Complete(CancellationToken cancellationToken)
    {
        _rows.Complete();
        _file.Buffer.Write(_tail);
        _file.Complete();
        return _rows.Count;
    }

    public void Dispose()
    {
        _rows.Dispose();
        _file.Dispose();
    }
}

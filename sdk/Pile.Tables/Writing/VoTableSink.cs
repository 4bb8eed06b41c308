using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Writes a VOTable 1.4 with its rows as TABLEDATA. A missing value is an empty cell.</summary>
internal sealed class VoTableSink : ITableSink
{
    private static readonly CellFormat.Words Words = new("true"u8.ToArray(), "false"u8.ToArray(), "Inf"u8.ToArray());
    private static readonly SearchValues<byte> Forbidden = SearchValues.Create([.. Enumerable.Range(0, 32).Where(c => c is not (9 or 10 or 13)).Select(c => (byte)c)]); // XML 1.0 §2.2

    private readonly TextFile _file;
    private readonly string _path;
    private readonly ArrayBufferWriter<byte> _json = new();
    private readonly byte[] _tail;
    private long _rowCount;

    internal VoTableSink(string aside, string path, ImmutableArray<ColumnSchema> columns, TableAbout? about, bool isGzip)
    {
        string whole = VoTableMarkup.WithoutRows(columns, about);
        int end = whole.LastIndexOf("</TABLE>", StringComparison.Ordinal);
        string head = whole[..end].TrimEnd();
        _tail = Encoding.UTF8.GetBytes("   </TABLEDATA>\n   </DATA>\n  " + whole[end..] + "\n");
        _path = path;
        _file = new TextFile(aside, isGzip);
        _file.Buffer.Write(Encoding.UTF8.GetBytes(head + "\n   <DATA>\n   <TABLEDATA>\n"));
    }

    public void Write(ColumnData[] columns, int rowCount)
    {
        for (int row = 0; row < rowCount; row++)
        {
            _file.Buffer.Write("<TR>"u8);
            foreach (ColumnData column in columns)
                Cell(column, row);
            _file.Buffer.Write("</TR>\n"u8);
            _file.FlushIfLarge();
        }
        _rowCount += rowCount;
    }

    public long Complete(CancellationToken cancellationToken)
    {
        _file.Buffer.Write(_tail);
        _file.Complete();
        return _rowCount;
    }

    public void Dispose() => _file.Dispose();

    private void Cell(ColumnData column, int row)
    {
        if (column.IsNullAt(row))
        {
            _file.Buffer.Write("<TD/>"u8);
            return;
        }
        _file.Buffer.Write("<TD>"u8);
        if (column is TextColumnData text)
        {
            _json.ResetWrittenCount();
            if (!column.Schema.IsScalar)
                CellFormat.Json(_json, column, row, Words);
            Text(column.Schema.IsScalar ? text.Element(row) : _json.WrittenSpan, column.Schema, row);
        }
        else
        {
            int elements = 1;
            foreach (int length in column.ShapeOf(row))
                elements *= length;
            for (int i = 0; i < elements; i++)
            {
                if (i > 0)
                    _file.Buffer.Write(" "u8);
                if (column is ColumnData<ulong> unsigned && unsigned.Row(row)[i] > long.MaxValue)
                    throw new ValueInvalidException(_path, _rowCount + row, column.Schema.Name, $"{unsigned.Row(row)[i]}", "a VOTable long", "Write Parquet, FITS or CSV instead");
                CellFormat.Element(_file.Buffer, column, row, i, Words);
            }
        }
        _file.Buffer.Write("</TD>"u8);
    }

    private void Text(ReadOnlySpan<byte> utf8, ColumnSchema schema, int row)
    {
        if (utf8.ContainsAny(Forbidden))
            throw new ValueInvalidException(_path, _rowCount + row, schema.Name, "text with control characters", "text that XML can hold", "Remove them, or write another format");
        while (utf8.IndexOfAny("&<>\r"u8) is >= 0 and int at)
        {
            _file.Buffer.Write(utf8[..at]);
            _file.Buffer.Write(utf8[at] switch { (byte)'&' => "&amp;"u8, (byte)'<' => "&lt;"u8, (byte)'>' => "&gt;"u8, _ => "&#xD;"u8 });
            utf8 = utf8[(at + 1)..];
        }
        _file.Buffer.Write(utf8);
    }
}

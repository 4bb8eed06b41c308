using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Tables.Writing;

/// <summary>Writes CSV (RFC 4180, lines end in LF), and ECSV, which is the same behind a header. A missing value is an empty field, arrays are JSON.</summary>
internal sealed class CsvSink : ITableSink
{
    private static readonly CellFormat.Words CsvWords = new("true"u8.ToArray(), "false"u8.ToArray(), "inf"u8.ToArray());
    private static readonly CellFormat.Words EcsvWords = new("True"u8.ToArray(), "False"u8.ToArray(), "inf"u8.ToArray());
    private static readonly CellFormat.Words JsonWords = new("true"u8.ToArray(), "false"u8.ToArray(), "Infinity"u8.ToArray());
    private static readonly SearchValues<byte> NeedQuotes = SearchValues.Create("\",\r\n"u8);

    private readonly TextFile _file;
    private readonly CellFormat.Words _words;
    private readonly ArrayBufferWriter<byte> _json = new();
    private long _rowCount;

    internal CsvSink(string path, ImmutableArray<ColumnSchema> columns, TableAbout? about, bool isGzip, bool isEcsv)
    {
        _words = isEcsv ? EcsvWords : CsvWords;
        _file = new TextFile(path, isGzip);
        if (isEcsv)
            WriteHeader(columns, about);
        for (int i = 0; i < columns.Length; i++)
        {
            if (i > 0)
                _file.Buffer.Write(","u8);
            Text(Encoding.UTF8.GetBytes(columns[i].Name));
        }
        _file.Buffer.Write("\n"u8);
    }

    public void Write(ColumnData[] columns, int rowCount)
    {
        for (int row = 0; row < rowCount; row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                if (i > 0)
                    _file.Buffer.Write(","u8);
                Cell(columns[i], row, isOnlyColumn: columns.Length == 1);
            }
            _file.Buffer.Write("\n"u8);
            _file.FlushIfLarge();
        }
        _rowCount += rowCount;
    }

    public long Complete(CancellationToken cancellationToken)
    {
        _file.Complete();
        return _rowCount;
    }

    public void Dispose() => _file.Dispose();

    private void Cell(ColumnData column, int row, bool isOnlyColumn)
    {
        if (column.IsNullAt(row))
        {
            if (isOnlyColumn)
                _file.Buffer.Write("\"\""u8); // an empty line would be no row
        }
        else if (!column.Schema.IsScalar)
        {
            _json.ResetWrittenCount();
            CellFormat.Json(_json, column, row, JsonWords);
            Text(_json.WrittenSpan);
        }
        else if (column is TextColumnData text)
            Text(text.Element(row));
        else
            CellFormat.Element(_file.Buffer, column, row, 0, _words);
    }

    private void Text(ReadOnlySpan<byte> utf8)
    {
        bool isQuoted = utf8.IsEmpty || utf8.ContainsAny(NeedQuotes) || utf8[0] is (byte)' ' or (byte)'\t' or (byte)'#' || utf8[^1] is (byte)' ' or (byte)'\t';
        if (!isQuoted)
        {
            _file.Buffer.Write(utf8);
            return;
        }
        _file.Buffer.Write("\""u8);
        for (int quote; (quote = utf8.IndexOf((byte)'"')) >= 0; utf8 = utf8[(quote + 1)..])
        {
            _file.Buffer.Write(utf8[..quote]);
            _file.Buffer.Write("\"\""u8);
        }
        _file.Buffer.Write(utf8);
        _file.Buffer.Write("\""u8);
    }

    private void WriteHeader(ImmutableArray<ColumnSchema> columns, TableAbout? about)
    {
        YamlText yaml = new();
        yaml.Text("delimiter", ",");
        yaml.List("datatype", () =>
        {
            foreach (ColumnSchema column in columns)
                yaml.MapItem(() =>
                {
                    bool isArray = !column.IsScalar;
                    yaml.Text("name", column.Name);
                    if (!string.IsNullOrEmpty(column.Unit))
                        yaml.Text("unit", column.Unit);
                    yaml.Text("datatype", isArray ? "string" : column.DType.Name());
                    if (isArray)
                        yaml.Text("subtype", Subtype(column));
                    yaml.Text("description", column.Description);
                    if (column.Ucd is not null || column.Time is not null || column.SpectralMedium is not null)
                        yaml.Map("meta", () => WriteMeaning(yaml, column));
                });
        });
        if (about is not null && (about.Description is not null || about.Frame is not null || !about.Facts.IsEmpty))
            yaml.Map("meta", () =>
            {
                yaml.Text("description", about.Description);
                yaml.Text("frame", about.Frame);
                foreach ((string key, string value) in about.Facts)
                    yaml.Text(key, value);
            });
        yaml.Text("schema", "astropy-2.0");
        StringBuilder header = new("# %ECSV 1.0\n# ---\n");
        foreach (string line in yaml.Finish().TrimEnd('\n').Split('\n'))
            header.Append("# ").Append(line).Append('\n');
        _file.Buffer.Write(Encoding.UTF8.GetBytes(header.ToString()));
    }

    private static void WriteMeaning(YamlText yaml, ColumnSchema column)
    {
        yaml.Text("ucd", column.Ucd);
        yaml.Text("time_scale", column.Time?.Scale);
        yaml.Text("time_reference", column.Time?.Reference);
        yaml.Number("time_zero_mjd", column.Time?.ZeroMjd);
        yaml.Text("spectral_medium", column.SpectralMedium);
    }

    /// <remarks>ECSV knows arrays whose last axis varies; others are JSON of any shape.</remarks>
    private static string Subtype(ColumnSchema column)
    {
        bool isKnown = column.DType is not DType.String && (!column.IsRagged || column.Shape is [ColumnSchema.Ragged]);
        return isKnown ? $"{column.DType.Name()}[{string.Join(',', column.Shape.Select(n => n == ColumnSchema.Ragged ? "null" : $"{n}"))}]" : "json";
    }
}

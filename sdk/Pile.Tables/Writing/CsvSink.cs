using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Pile.Fits;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Tables.Writing;

/// <summary>Writes CSV (RFC 4180, with lines ending in LF), the same with tabs (TSV), and ECSV, which is the same with a header. A missing
/// value is an empty field; arrays are JSON.</summary>
internal sealed class CsvSink : ITableSink
{
    private readonly TextFile file;
    private readonly FormattedRows rows;

    internal CsvSink(TextFile file, ImmutableArray<ColumnSchema> columns, TableAbout? about, bool isEcsv, byte delimiter = (byte)',')
    {
        this.file = file;
        rows = new FormattedRows(() => new CsvRows(isEcsv, delimiter), file.Write);
        if (isEcsv)
            WriteHeader(columns, about);
        file.Buffer.Write(new CsvRows(isEcsv, delimiter).Names(columns));
    }

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
                        yaml.Text("unit", FitsUnitText.WithoutQuotes(column.Unit)); // astropy reads quotes only in VOTables
                    yaml.Text("datatype", isArray ? "string" : column.DType.Name());
                    if (isArray)
                        yaml.Text("subtype", Subtype(column));
                    yaml.Text("description", column.Description);
                    if (column.Ucd is not null || column.Time is not null || column.SpectralMedium is not null)
                        yaml.Map("meta", () => WriteMeaning(yaml, column));
                });
        });
        if (about is not null && (about.Description is not null || about.FrameOf(columns) is not null || about.EpochOf(columns) is not null
            || !about.Facts.IsEmpty))
            yaml.Map("meta", () =>
            {
                yaml.Text("description", about.Description);
                yaml.Text("frame", about.FrameOf(columns));
                yaml.Number(StatedEpoch.Key, about.EpochOf(columns));
                foreach ((string key, string value) in about.Facts)
                    yaml.Text(key, value);
            });
        yaml.Text("schema", "astropy-2.0");
        StringBuilder header = new("# %ECSV 1.0\n# ---\n");
        foreach (string line in yaml.Finish().TrimEnd('\n').Split('\n'))
            header.Append("# ").Append(line).Append('\n');
        file.Buffer.Write(Encoding.UTF8.GetBytes(header.ToString()));
    }

    private static void WriteMeaning(YamlText yaml, ColumnSchema column)
    {
        yaml.Text("ucd", column.Ucd);
        yaml.Text("time_scale", column.Time?.Scale);
        yaml.Text("time_reference", column.Time?.Reference);
        yaml.Number("time_zero_mjd", column.Time?.ZeroMjd);
        yaml.Text("spectral_medium", column.SpectralMedium);
    }

    /// <remarks>ECSV supports arrays whose last axis varies; other arrays are JSON of any shape.</remarks>
    private static string Subtype(ColumnSchema column)
    {
        bool isKnown = !column.IsRagged || column.Shape is [ColumnSchema.Ragged];
        return isKnown ? $"{column.DType.Name()}[{string.Join(',', column.Shape.Select(n => n == ColumnSchema.Ragged ? "null" : $"{n}"))}]"
            : "json";
    }
}
